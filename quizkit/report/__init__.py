"""Reports: the events of a verification in, one document for a person or a program out.

`write` is the only door; `open_output` makes the file for `-o FILE`. Invariant: stdout is data and stderr is talk,
and every document is whole and well-formed even when the verification was not.
"""

from quizkit.report.outlet import Outlet, open_output
from quizkit.report.render import FORMATS, write

__all__ = ["FORMATS", "Outlet", "open_output", "write"]

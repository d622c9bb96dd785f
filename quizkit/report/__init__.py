"""Reports: events in, one document for a person or a program out.

`write` and `write_mutation` are the doors; `open_output` makes the file for `-o FILE`. Invariant: stdout is data and
stderr is talk, and every document is whole and well-formed even when what it tells was not.
"""

from quizkit.report.outlet import Outlet, open_output
from quizkit.report.render import FORMATS, MUTATION_FORMATS, write, write_mutation

__all__ = ["FORMATS", "MUTATION_FORMATS", "Outlet", "open_output", "write", "write_mutation"]

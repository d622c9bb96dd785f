"""What was recorded, as a learner reads it. Pure."""

import re
from typing import Final

from quizkit.model.text import one_line

_LIMIT: Final = 240
"""Characters of a value that are told beside others: three lines of a small terminal. The proof has all of it."""
_HASH: Final = re.compile(r"…\s+sha256:[0-9a-f]{16}\b")


def readable(text: str) -> str:
    """Return recorded text without the hash that stands for what was cut off; that something was, is still seen."""
    return _HASH.sub("…", text)


def brief(text: str) -> str:
    """Return the beginning of a recorded value in one line, and that there is more of it."""
    line = one_line(readable(text))
    return line if len(line) <= _LIMIT else line[: _LIMIT - 1] + "…"

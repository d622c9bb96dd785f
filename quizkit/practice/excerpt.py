"""What was cut for the record, as a learner reads it. Pure."""

import re
from typing import Final

_HASH: Final = re.compile(r"…\s+sha256:[0-9a-f]{16}\b")


def readable(text: str) -> str:
    """Return recorded text without the hash that stands for what was cut off; that something was, is still seen."""
    return _HASH.sub("…", text)

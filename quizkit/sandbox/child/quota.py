"""What a probe uses up and no limit of the kernel bounds: threads, for root, and its folder. The zygote looks.

Invariant: looking costs little, whatever a program has done. Between two looks it can go beyond a bound; it cannot
stay beyond it.
"""

import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from quizkit.sandbox.folder import overflow, size_on_disk

assert sys.platform == "linux"

LOOK_SECONDS: Final = 0.25
"""Time between two looks."""

_THREADS: Final = 512


def excess(pid: int, folder: Path) -> str:
    """Return in words what the process `pid` has too much of, or nothing; `folder` is the one that it may write to.

    The process may be dead, but must not be reaped.
    """
    try:
        # The name, in parentheses, may contain spaces and parentheses.
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        threads = int(facts[17])
    except (OSError, LookupError):
        threads = 0
    if threads > _THREADS:
        return f"it started more than {_THREADS} threads"
    return overflow(folder, _unlinked_bytes(pid))


def _unlinked_bytes(pid: int) -> int:
    """Return the size of the files that the process has open and that have no name any more."""
    total = 0
    try:
        opened = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return 0  # It is gone.
    for link in opened:
        with suppress(OSError):
            facts = link.stat()
            if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 0:
                total += size_on_disk(facts)
    return total

"""What a probe uses up and no limit of the kernel bounds: threads, for root, and its folder. The zygote looks.

Invariant: looking costs little, whatever a program has done. Between two looks it can go beyond a bound; it cannot
stay beyond it.
"""

import os
import stat
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Final

assert sys.platform == "linux"

LOOK_SECONDS: Final = 0.25
"""Time between two looks."""

_THREADS: Final = 512
_FILES: Final = 2_000
_BYTES: Final = 256 * 2**20
_BLOCK: Final = 512
"""The unit that st_blocks counts in, on every file system."""


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


def overflow(folder: Path, elsewhere: int = 0) -> str:
    """Return in words which bound the folder exceeds, or nothing; `elsewhere` are bytes that it holds unseen.

    Stops looking when there is too much to look at. What cannot be looked at is too much.
    """
    entries, size, waiting = 0, elsewhere, deque([folder])
    while waiting:
        try:
            with os.scandir(waiting.popleft()) as found:
                for entry in found:
                    entries += 1
                    with suppress(FileNotFoundError):  # Removed since it was found.
                        size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    if entries > _FILES:
                        return f"it put more than {_FILES} files into its folder"
        except FileNotFoundError:
            continue
        except OSError:
            return "it put something into its folder that cannot be looked at"
    return f"it put more than {_BYTES // 2**20} MiB into its folder" if size > _BYTES else ""


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
                total += facts.st_blocks * _BLOCK
    return total

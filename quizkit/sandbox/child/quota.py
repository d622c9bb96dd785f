"""What a probe uses up and no limit of the kernel bounds: threads, for root, and its folder. The zygote looks.

Invariant: looking costs little, whatever a program has done. Between two looks it can go beyond a bound; it cannot
stay beyond it.
"""

import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from quizkit.sandbox.folder import CANNOT_BE_LOOKED_AT, overflow, size_on_disk

assert sys.platform == "linux"

LOOK_SECONDS: Final = 0.25
"""Time between two looks."""

_THREADS: Final = 512
_MAPS_BYTES: Final = 8 * 2**20
"""How much the list of a process's mappings may take: more than Linux allows it, unless their names are very long."""
_EXITING: Final = 4
"""The kernel's mark of a thread that is ending or has ended."""


def excess(pid: int, folder: Path) -> str:
    """Return in words what the process `pid` has too much of, or nothing; `folder` is the one that it may write to.

    The process may be dead, but must not be reaped. Files that have no name any more are counted too.
    """
    if int(_facts(pid)[17]) > _THREADS:
        return f"it started more than {_THREADS} threads"
    try:
        sizes = _unlinked(pid)
        is_seen = _mapped(pid, folder) <= sizes.keys()
    except OSError:
        sizes, is_seen = {}, False
    # One that is ending gives its files back, and need not be seen.
    if not is_seen and not has_left(pid):
        return CANNOT_BE_LOOKED_AT
    return overflow(folder, sum(sizes.values()))


def has_left(pid: int) -> bool:
    """Say whether the first thread of a process has ended, or is about to.

    What others of its threads still hold can then be seen no more. If all of them are ending, to kill it changes
    nothing.
    """
    return bool(int(_facts(pid)[6]) & _EXITING)


def _facts(pid: int) -> list[str]:
    """Return what the kernel says of a process, from its state on."""
    # The name, in parentheses, may contain spaces and parentheses.
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()


def _unlinked(pid: int) -> dict[int, int]:
    """Return the size of the files that the process has open and that have no name any more, by inode."""
    sizes: dict[int, int] = {}
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # Closed since it was found.
            facts = link.stat()
            if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 0:
                sizes[facts.st_ino] = size_on_disk(facts)
    return sizes


def _mapped(pid: int, folder: Path) -> set[int]:
    """Return the inodes of the files in its folder that the process has mapped and that have no name any more.

    How much of them lies on the disk cannot be asked. Raises OSError if there are too many mappings to look at.
    """
    with Path(f"/proc/{pid}/maps").open("rb") as maps:
        listed = maps.read(_MAPS_BYTES)
    if len(listed) == _MAPS_BYTES:
        raise OSError("too many mappings")
    below = f"/{folder.parent.name}/{folder.name}/".encode()
    unnamed = [line for line in listed.splitlines() if line.endswith(b" (deleted)") and below in line]
    return {int(line.split(maxsplit=5)[4]) for line in unnamed}

"""Files that are there whole or not at all: written beside their place, brought to disk, then renamed.

Invariant: a draft is locked while it is written, and the system itself takes the lock from a dead writer. So what
nobody holds is an orphan, whichever process of whichever container or machine its name tells of. Windows has no such
locks; there a draft that was left behind stays. Standard library only, for both sides.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO, Final

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a disk, or a user's share of it, is full is told by."""
_TRIES: Final = 3
"""An orphan of the same name may be removed while one waits for its lock. It is not made twice."""

if sys.platform == "win32":

    def _lock(*_: object, **__: object) -> bool:
        return False

else:
    import fcntl

    def _lock(file: BinaryIO, *, is_patient: bool) -> bool:
        """Lock a file, waiting for whoever holds it if one is patient; say whether that went."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX if is_patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def drafts(folder: Path) -> Iterator[Path]:
    """Yield what was begun in a folder or below it and is not whole, or never will be."""
    return (each for each in folder.rglob(".*") if each.suffix[1:].isdecimal() and each.is_file())


def remove_orphans(folder: Path) -> None:
    """Remove every draft in a folder or below it whose writer is gone. What cannot be told, or removed, stays."""
    # A folder can be gone before it is looked into: another process is done with it.
    with suppress(OSError):
        for draft in drafts(folder):
            _remove_orphan(draft)


def _remove_orphan(draft: Path) -> None:
    with suppress(OSError), draft.open("r+b") as file:
        if _lock(file, is_patient=False) and _is_at(draft, file):
            draft.unlink()


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; afterwards it is `target`, or, if anything went wrong, nothing is left of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with _held(draft):
            yield draft
            with draft.open("r+b") as file:
                os.fsync(file.fileno())
            draft.replace(target)
    except OSError as error:
        # A write tells that the disk is full, and not which.
        if error.errno in FULL and error.filename is None:
            error.filename = str(target)
        raise
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _held(draft: Path) -> AbstractContextManager[object]:
    """Make a draft, and lock it until it is left; one that cannot be locked here is never taken for an orphan."""
    if sys.platform == "win32":
        return nullcontext()  # What is open cannot be renamed there.
    for _ in range(_TRIES):
        file = draft.open("ab")
        _lock(file, is_patient=True)
        if _is_at(draft, file):
            return file
        file.close()
    return nullcontext()


def _is_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except OSError:
        return False

"""How the folder of a probe is measured and taken away, whatever was done to it.

Invariant: it follows no link, does not recurse, and needs no path longer than the system allows; a program can make
trees of any depth, and folders that not even their owner may enter.
"""

import os
import secrets
import stat
import sys
from collections import deque
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

_FILES: Final = 2_000
_BYTES: Final = 256 * 2**20
CANNOT_BE_LOOKED_AT: Final = "it put something into its folder that cannot be looked at"
_BLOCK: Final = 512
"""The unit that st_blocks counts in, on every file system."""


def remove(folder: Path) -> None:
    """Remove a folder and everything below it. Raises OSError, FileNotFoundError if it is gone.

    Nobody may still change it, but others may be removing it too.
    """
    prefix, numbers = secrets.token_hex(8), count()
    while found := _opened(folder):
        for path in found:
            with suppress(FileNotFoundError):
                # What is deep is brought up, one level at a time.
                for inner in _opened(path):
                    _opened(inner)
                    inner.rename(folder / f"{prefix}-{next(numbers)}")
                path.rmdir() if _is_folder(path) else path.unlink()
    folder.rmdir()


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)


def _opened(path: Path) -> list[Path]:
    """Return what is in a folder, after giving its owner access to it; nothing for what is none."""
    if not _is_folder(path):
        return []
    path.chmod(0o700)
    return list(path.iterdir())


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
                        size += size_on_disk(entry.stat(follow_symlinks=False))
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(Path(entry.path))
                    if entries > _FILES:
                        return f"it put more than {_FILES} files into its folder"
        except FileNotFoundError:
            continue
        except OSError:
            return CANNOT_BE_LOOKED_AT
    return f"it put more than {_BYTES // 2**20} MiB into its folder" if size > _BYTES else ""


def size_on_disk(facts: os.stat_result) -> int:
    """Return how many bytes a file takes, however long it says it is."""
    if sys.platform == "win32":
        return facts.st_size
    return facts.st_blocks * _BLOCK

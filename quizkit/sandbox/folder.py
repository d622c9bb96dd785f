"""How the folder of a probe is taken away, whatever was done to it.

Invariant: it follows no link, does not recurse, and needs no path longer than the system allows; a program can make
trees of any depth, and folders that not even their owner may enter.
"""

import secrets
import stat
from contextlib import suppress
from itertools import count
from pathlib import Path


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

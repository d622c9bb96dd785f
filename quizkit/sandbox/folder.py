"""The folder of a probe: how much is in it, and how it is taken away whatever was done to it.

Invariant: neither follows a link, recurses, or needs a path longer than the system allows; a program can make trees
of any depth and folders that not even their owner may enter.
"""

import os
import secrets
import stat
from collections import deque
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

_FILES: Final = 2_000
_BYTES: Final = 256 * 2**20
BLOCK: Final = 512
"""The unit that st_blocks counts in, on every file system."""


def overflow(folder: Path, elsewhere: int = 0) -> str:
    """Return in words which bound the folder exceeds, or nothing; `elsewhere` are bytes that it holds unseen.

    Stops looking as soon as a bound is exceeded. What cannot be looked at is too much.
    """
    entries, size, waiting = 0, elsewhere, deque([folder])
    while waiting:
        try:
            for entry in os.scandir(waiting.popleft()):
                entries, size = entries + 1, size + entry.stat(follow_symlinks=False).st_blocks * BLOCK
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                if entries > _FILES:
                    return f"it put more than {_FILES} files into its folder"
        except FileNotFoundError:
            continue  # Removed while it was looked at.
        except OSError:
            return "it put something into its folder that cannot be looked at"
    return f"it put more than {_BYTES // 2**20} MiB into its folder" if size > _BYTES else ""


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

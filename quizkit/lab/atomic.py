"""Files that are there whole or not at all: written beside their place, brought to disk, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def drafts(folder: Path) -> Iterator[Path]:
    """Yield what was begun in a folder and is not whole, or never will be."""
    return folder.glob(".*.[0-9]*")


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a path to write to; afterwards it is `target`, or, if anything went wrong, nothing is left of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield draft
        with draft.open("r+b") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)

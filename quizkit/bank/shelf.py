"""Banks that were loaded before, in the user's cache directory: what has not changed is not parsed and linted again.

Invariant: what comes from the shelf is what `load` would return, for it is found only by a digest of all that `load`
reads and of the rules it applies. A shelf that cannot be used costs time and changes nothing. It is trusted as the
evidence beside it is, and no further: whatever is written there, nothing of it is run.
"""

import hashlib
import io
import pickle
import platform
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

import pydantic
from platformdirs import user_cache_path

from quizkit.bank.files import PatternFiles, find
from quizkit.bank.source import own_package, source_digest
from quizkit.bank.whole import write_whole
from quizkit.model.bank import Bank

ROOMS: Final = ("model", "bank")
"""Where what is loaded, and the rules for it, are written down."""
_SIZE_LIMIT: Final = 8 * 1024 * 1024
"""Bytes of a bank's files. A larger bank is loaded each time: its like in memory would be there twice."""
_KEPT: Final = 16
"""Banks on the shelf."""
_DIGEST_SIZE: Final = hashlib.sha256().digest_size
_UNUSABLE: Final = (
    OSError, pickle.UnpicklingError, LookupError, AttributeError, EOFError, ImportError, TypeError, ValueError,
    RecursionError, MemoryError,
)  # fmt: skip
"""What unpickling raises for what is not a bank."""


def loaded(path: Path, *, is_own: bool = False) -> Bank:
    """Return what `load` returns, from the shelf if it was loaded before. Raises as `load` does."""
    key = _key(path, is_own)
    if key is not None and (bank := _taken(key)) is not None:
        return bank
    from quizkit.bank.loader import load  # Here, for what lies on the shelf needs neither YAML nor grammar.

    bank = load(path, is_own=is_own)
    if key is not None and _key(path, is_own) == key:  # Nothing was changed while it was read.
        with suppress(OSError):
            _put(key, bank)
    return bank


def _key(path: Path, is_own: bool) -> Path | None:
    """Return the file that holds the bank, if it is on the shelf; None for a bank that is not kept there."""
    digest = hashlib.sha256()
    try:
        shelf = user_cache_path("quizkit", appauthor=False) / "banks"
        rules = source_digest(own_package(), ROOMS), platform.python_version(), pydantic.VERSION
        digest.update(repr((rules, str(path), Path(path).absolute(), is_own)).encode())
        found, problems = find(path, follows_links=is_own)
        size = 0
        for file in (file for files in found for file in _files(files)):
            content = _content(file)
            size += len(content)
            if size > _SIZE_LIMIT:
                return None
            digest.update(f"{str(file)!r} {len(content)}\n".encode() + content)
    except (OSError, RuntimeError, ValueError):
        return None  # The loader says what is wrong; without a home there is no shelf.
    return None if problems or not found else shelf / digest.hexdigest()


def _files(files: PatternFiles) -> Iterator[Path]:
    """Yield everything that is read of a pattern."""
    yield files.pattern
    yield from filter(None, (files.lesson, files.cards, files.experiment))
    yield from files.solutions
    yield from files.items


def _content(file: Path) -> bytes:
    """Return what is in a plain file, no more of it than is kept. Raises OSError for what is no plain file."""
    if not S_ISREG(file.stat().st_mode):
        raise OSError(f"{file} is not a regular file")
    with file.open("rb") as stream:
        return stream.read(_SIZE_LIMIT + 1)


class _Nouns(pickle.Unpickler):
    """Makes nouns and nothing else: a file that names any other thing, such as a function to call, is refused."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a noun's class. Raises UnpicklingError for everything else."""
        if module.startswith("quizkit.model."):
            found = super().find_class(module, name)
            if isinstance(found, type) and issubclass(found, pydantic.BaseModel | Enum):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no noun")


def _taken(key: Path) -> Bank | None:
    """Return the bank in a file; None if there is none, or not a whole one."""
    try:
        written = key.read_bytes()
        payload = written[_DIGEST_SIZE:]
        bank = _Nouns(io.BytesIO(payload)).load() if written == sealed(payload) else None
    except _UNUSABLE:
        return None
    return bank if isinstance(bank, Bank) else None


def _put(key: Path, bank: Bank) -> None:
    """Keep a bank, and of all that is kept the newest only."""
    key.parent.mkdir(parents=True, exist_ok=True)
    write_whole(key, sealed(pickle.dumps(bank, protocol=5)))
    newest_first = sorted(key.parent.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in newest_first[_KEPT:]:
        file.unlink(missing_ok=True)


def sealed(payload: bytes) -> bytes:
    """Return what a file holds: the digest of a payload, which tells whether it is whole, and the payload."""
    return hashlib.sha256(payload).digest() + payload

"""Evidence kept between runs, in the user's cache directory. Only it lets a run be skipped.

Invariant: an entry is found only by the same probe, the same environment and the same child program, and only if it
decides something; each is committed as it comes. A cache that cannot be used costs time and never changes a verdict.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from platformdirs import user_cache_path
from pydantic import ValidationError

from quizkit.bank.source import own_package, source_digest
from quizkit.model.evidence import Evidence
from quizkit.sandbox.environment import environment_id

_CORRUPT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY: Final = 0xFF
"""The part of an extended error code that says which kind of error it is."""
HARNESS: Final = ("observe", "sandbox", "sandbox/child", "sandbox/confine", "lab/child")
"""The rooms that make evidence: a changed harness finds no old entry."""

T = TypeVar("T")


def cache_file() -> Path | None:
    """Return where evidence is kept; None for a user who has no home, as in some containers."""
    try:
        return user_cache_path("quizkit", appauthor=False) / "evidence.sqlite3"
    except RuntimeError:
        return None


@lru_cache(maxsize=1)
def _own_harness() -> str:
    return source_digest(own_package(), HARNESS)


class EvidenceCache:
    """The cache; without `file` it keeps nothing. `notes` says why it could not be used, if it could not."""

    def __init__(self, file: Path | None) -> None:
        self.notes: list[str] = []
        self._environment = environment_id()
        self._file = file
        self._db: sqlite3.Connection | None = None
        if file is not None:
            self._open(file)
        else:
            self.notes.append("there is no home to keep evidence in: set HOME or XDG_CACHE_HOME; every probe is run")

    def is_empty(self) -> bool:
        """Say whether no evidence at all is kept."""
        return not self._attempt(lambda db: db.execute("SELECT 1 FROM evidence LIMIT 1").fetchall(), [])

    def find(self, digests: Iterable[str]) -> dict[str, Evidence]:
        """Return the evidence that is there, by the digest of its probe."""
        found = {}
        for digest in digests:
            evidence = self._found(self._key(digest))
            if evidence is not None and (evidence.digest, evidence.environment) == (digest, self._environment):
                found[digest] = evidence
        return found

    def _found(self, key: str) -> Evidence | None:
        query = "SELECT evidence FROM evidence WHERE key = ?"
        row = self._attempt(lambda db: db.execute(query, (key,)).fetchone(), None)
        return None if row is None else _read(row[0])

    def keep(self, evidence: Evidence) -> None:
        """Keep evidence that decides something."""
        if evidence.is_decided:
            row = (self._key(evidence.digest), evidence.model_dump_json(exclude_defaults=True))
            insert = "INSERT OR REPLACE INTO evidence (key, evidence) VALUES (?, ?)"
            self._attempt(lambda db: db.execute(insert, row), None)

    def close(self) -> None:
        """Close the file; nothing is found or kept any more."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _key(self, digest: str) -> str:
        return hashlib.sha256(f"{self._environment} {_own_harness()} {digest}".encode()).hexdigest()

    def _open(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connected(file)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
        self._attempt(_prepare, None)

    def _attempt(self, action: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """Return what `action` gives; a corrupt file is set aside once, other trouble ends the use of the cache."""
        for is_again in (False, True):
            if self._db is None:
                break
            try:
                return action(self._db)
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
                if code in _CORRUPT and not is_again:
                    self._set_aside()
                else:
                    self._give_up(error)
        return otherwise

    def _set_aside(self) -> None:
        """Put a corrupt file out of the way and begin a new one."""
        assert self._file is not None
        self.close()
        aside = self._file.with_suffix(".corrupt")
        try:
            self._file.replace(aside)
            for tail in ("-wal", "-shm"):  # Left behind, they would be replayed into the new file.
                self._file.with_name(self._file.name + tail).unlink(missing_ok=True)
            self._db = _connected(self._file)
            _prepare(self._db)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
        else:
            self.notes.append(f"the evidence cache was corrupt and is set aside as {aside}")

    def _give_up(self, error: Exception) -> None:
        self.close()
        self.notes.append(f"the evidence cache {self._file} cannot be used ({error}): every probe is run")


def _connected(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=5, isolation_level=None)


def _prepare(db: sqlite3.Connection) -> None:
    try:
        db.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
            raise
        # Another run is opening the file at this moment and sets the same mode, which lasts.
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("CREATE TABLE IF NOT EXISTS evidence (key TEXT PRIMARY KEY, evidence TEXT NOT NULL) WITHOUT ROWID")


def _read(text: str) -> Evidence | None:
    """Return the evidence of an entry, if it is any and decides something."""
    try:
        evidence = Evidence.model_validate_json(text)
    except ValidationError:
        return None
    return evidence if evidence.is_decided else None

"""Evidence kept between runs, in the user's cache directory. Only it lets a run be skipped.

Invariant: an entry is found only by the same probe, the same environment and the same child program; each is
committed as it comes. A cache that cannot be used costs time and never changes a verdict.
"""

import hashlib
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path
from pydantic import ValidationError

import quizkit
from quizkit.model.evidence import Evidence
from quizkit.sandbox.environment import environment_id

_CHUNK = 500


def cache_file() -> Path:
    """Return where evidence is kept."""
    return user_cache_path("quizkit", appauthor=False) / "evidence.sqlite3"


@lru_cache(maxsize=1)
def _harness() -> str:
    """Return a digest of the programs that make evidence: a changed harness finds no old entry."""
    package = Path(quizkit.__file__).resolve().parent
    digest = hashlib.sha256()
    for room in ("observe", "sandbox"):
        for file in sorted((package / room).glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


class EvidenceCache:
    """The cache; without `file` it keeps nothing. `notes` says why it could not be used, if it could not."""

    def __init__(self, file: Path | None) -> None:
        self.notes: list[str] = []
        self._prefix = f"{environment_id()} {_harness()}"
        self._db: sqlite3.Connection | None = None
        if file is not None:
            self._open(file)

    def _open(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connected(file)
        except sqlite3.OperationalError as error:
            self._give_up(error)
        except sqlite3.DatabaseError:
            aside = file.with_suffix(".corrupt")
            self.notes.append(f"the evidence cache was corrupt and is set aside as {aside}")
            try:
                file.replace(aside)
                self._db = _connected(file)
            except (OSError, sqlite3.Error) as error:
                self._give_up(error)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._db = None
        self.notes.append(f"the evidence cache cannot be used ({error}): every probe is run")

    def _key(self, digest: str) -> str:
        return hashlib.sha256(f"{self._prefix} {digest}".encode()).hexdigest()

    def find(self, digests: Iterable[str]) -> dict[str, Evidence]:
        """Return the evidence that is there, by digest."""
        keys = {self._key(digest): digest for digest in digests}
        found: dict[str, Evidence] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            for key, text in self._query(f"SELECT key, evidence FROM evidence WHERE key IN ({marks})", chunk):  # noqa: S608
                try:
                    evidence = Evidence.model_validate_json(text)
                except ValidationError:
                    continue
                if evidence.digest == keys[key]:
                    found[keys[key]] = evidence
        return found

    def _query(self, sql: str, values: list[str]) -> list[tuple[str, str]]:
        if self._db is None:
            return []
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return []

    def keep(self, evidence: Evidence) -> None:
        """Keep evidence that decides something."""
        if self._db is None or not evidence.is_decided:
            return
        row = (self._key(evidence.digest), evidence.model_dump_json(exclude_defaults=True))
        try:
            self._db.execute("INSERT OR REPLACE INTO evidence (key, evidence) VALUES (?, ?)", row)
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()


def _connected(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, timeout=5, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("CREATE TABLE IF NOT EXISTS evidence (key TEXT PRIMARY KEY, evidence TEXT NOT NULL) WITHOUT ROWID")
    return db

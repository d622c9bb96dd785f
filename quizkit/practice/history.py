"""What a learner did, in SQLite: sessions, their events, the attempts made in them.

Invariant: what `keep` has returned from is on the disk, whatever happens to the process next. A file that cannot be
read as a history of this version is set aside whole and never written to; two processes may write at once.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, TypeVar

from platformdirs import user_data_path
from pydantic import ValidationError

from quizkit.errors import QuizkitError
from quizkit.model.mode import Mode
from quizkit.model.session import SESSION_EVENT, Attempt, SessionEvent, SessionStarted
from quizkit.practice.migrations import VERSION, ForeignError, NewerError, migrate
from quizkit.practice.state import Session

_CORRUPT: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY: Final = 0xFF
"""The part of an extended error code that says which kind of error it is."""
_TAILS: Final = ("", "-wal", "-shm")
_ATTEMPT_COLUMNS: Final = tuple(Attempt.model_fields)

T = TypeVar("T")


class HistoryError(QuizkitError):
    """Something could not be kept; what was kept before is safe."""


class _UnreadableError(Exception):
    """The file is no history that this version can read; `kind` names the folder it is set aside in."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass(frozen=True)
class KeptSession:
    """A session as it was kept."""

    started: SessionStarted
    events: tuple[SessionEvent, ...]
    is_finished: bool
    last_at: float
    """When something last happened in it, in seconds since 1970."""


def history_file() -> Path | None:
    """Return where history is kept; None for a user who has no home, as in some containers."""
    try:
        return user_data_path("quizkit", appauthor=False) / "history.sqlite3"
    except RuntimeError:
        return None


class History:
    """A learner's history; use it as a context manager, or close it.

    `notes` says what a learner should know: that a file was set aside, or that nothing can be kept here.
    """

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.notes: list[str] = []
        self._db = self._opened(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # Writing

    def begin(self, session: Session) -> None:
        """Keep that a session has started, and what has happened in it. Raises HistoryError."""
        started = session.started
        row = (started.id, started.pattern, started.mode.value, started.at, started.model_dump_json())
        with self._transaction() as db:
            db.execute("INSERT INTO sessions (id, pattern, mode, started_at, start) VALUES (?, ?, ?, ?, ?)", row)
        self.keep(session, 0)

    def keep(self, session: Session, known: int) -> None:
        """Keep what has happened in a session since `known` events, and the attempts in it, in one transaction.

        Raises HistoryError if it cannot be kept, or if the same session was continued elsewhere.
        """
        number = session.started.id
        events = [
            (number, index, SESSION_EVENT.dump_json(event).decode(), event.at)
            for index, event in enumerate(session.events)
            if index >= known
        ]
        attempts = [_row(attempt) for attempt in session.attempts]
        columns, marks = ", ".join(_ATTEMPT_COLUMNS), ", ".join("?" * len(_ATTEMPT_COLUMNS))
        with self._transaction() as db:
            db.executemany("INSERT INTO events (session, number, event, at) VALUES (?, ?, ?, ?)", events)
            db.executemany(f"INSERT OR IGNORE INTO attempts ({columns}) VALUES ({marks})", attempts)  # noqa: S608
            if session.is_finished:
                db.execute("UPDATE sessions SET is_finished = 1 WHERE id = ?", (number,))

    # Reading

    def attempts(self, pattern: str | None = None) -> list[Attempt]:
        """Return every attempt, or those at a pattern, in the order they were made."""
        columns = ", ".join(_ATTEMPT_COLUMNS)
        query = f"SELECT {columns} FROM attempts WHERE ?1 IS NULL OR pattern = ?1 ORDER BY at, number"  # noqa: S608
        rows = self._read(lambda db: db.execute(query, (pattern,)).fetchall())
        return [attempt for row in rows if (attempt := _attempt(row)) is not None]

    def latest(self, pattern: str, mode: Mode | None = None) -> KeptSession | None:
        """Return the session of a pattern, or of one of its modes, in which something happened last."""
        query = (
            "SELECT id FROM sessions WHERE pattern = ?1 AND (?2 IS NULL OR mode = ?2) ORDER BY"
            " max(started_at, coalesce((SELECT max(at) FROM events WHERE session = sessions.id), 0)) DESC, id LIMIT 1"
        )
        rows = self._read(lambda db: db.execute(query, (pattern, mode and mode.value)).fetchall())
        return self.session(rows[0][0]) if rows else None

    def session(self, number: str) -> KeptSession | None:
        """Return a session with its events; None if there is none, or if it cannot be read any more."""
        query = "SELECT start, is_finished, started_at FROM sessions WHERE id = ?"
        rows = self._read(lambda db: db.execute(query, (number,)).fetchall())
        kept = self._read(
            lambda db: db.execute(
                "SELECT event, at FROM events WHERE session = ? ORDER BY number", (number,)
            ).fetchall()
        )
        try:
            start, is_finished, started_at = rows[0]
            events = tuple(SESSION_EVENT.validate_json(event) for event, _ in kept)
            last_at = max([started_at, *(at for _, at in kept)])
            return KeptSession(SessionStarted.model_validate_json(start), events, bool(is_finished), last_at)
        except (IndexError, ValidationError):
            return None

    # The file

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            raise HistoryError(
                "this session was continued in another window; leave this one, or start anew"
            ) from error
        except sqlite3.Error as error:
            raise HistoryError(f"{self.file} cannot be written: {error}; what was answered before is kept") from error

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return query(self._db)
        except sqlite3.Error as error:
            raise HistoryError(f"{self.file} cannot be read: {error}") from error

    def _opened(self, file: Path | None) -> sqlite3.Connection:
        """Return a history that can be written: the file, a new one in place of one set aside, or one in memory."""
        if file is None:
            self.notes.append("there is no home to keep history in: set HOME or XDG_DATA_HOME; nothing will be kept")
            return _connected(":memory:")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            for _ in range(2):
                met = _identity(file)
                try:
                    return _connected(str(file))
                except _UnreadableError as error:
                    if _identity(file) != met:
                        continue  # Another process has set it aside at this moment, and begun a new one.
                    aside = _set_aside(file, error.kind)
                    self.notes.append(f"{file} {error}; it is set aside in {aside}, and a new history is begun")
            return _connected(str(file))
        except (OSError, sqlite3.Error, _UnreadableError) as error:
            self.notes.append(f"{file} cannot be used ({error}); what you answer now will not be kept")
            return _connected(":memory:")


def _connected(file: str) -> sqlite3.Connection:
    """Open a history and bring it to this version. Raises _UnreadableError, or sqlite3.Error for other trouble."""
    db = sqlite3.connect(file, timeout=10, isolation_level=None)
    try:
        if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise _UnreadableError("corrupt", "is damaged")
        migrate(db)
        return db
    except ForeignError:
        db.close()
        raise _UnreadableError("foreign", "is a database, but no history") from None
    except NewerError as error:
        db.close()
        raise _UnreadableError(
            "newer", f"was written by a newer quizkit ({error}; this one knows {VERSION})"
        ) from None
    except sqlite3.Error as error:
        db.close()
        if getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _CORRUPT:
            raise _UnreadableError("corrupt", "is damaged, or no history at all") from None
        raise
    except BaseException:
        db.close()
        raise


def _identity(file: Path) -> tuple[int, int] | None:
    """Return which file stands under this name; None if none does."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _set_aside(file: Path, kind: str) -> Path:
    """Move a file, whole with its journal, into a folder that did not exist before, and return that."""
    number = 1
    while True:
        folder = file.with_name(f"{file.stem}-{kind}-{number}")
        try:
            folder.mkdir()
            break
        except FileExistsError:
            number += 1
    for tail in _TAILS:
        with suppress(FileNotFoundError):
            file.with_name(file.name + tail).rename(folder / (file.name + tail))
    return folder


def _row(attempt: Attempt) -> tuple[object, ...]:
    told = attempt.model_dump(mode="json")
    return tuple(json.dumps(told[name]) if name == "chosen" else told[name] for name in _ATTEMPT_COLUMNS)


def _attempt(row: tuple[object, ...]) -> Attempt | None:
    told = dict(zip(_ATTEMPT_COLUMNS, row, strict=True))
    try:
        return Attempt.model_validate({**told, "chosen": json.loads(str(told["chosen"]))})
    except ValueError:
        return None

"""The tables of a history, and how an older file becomes one of this version.

Invariant: a step that was released is never changed; a new one is added below. Each is applied whole or not at all.
"""

import sqlite3
from collections.abc import Mapping
from typing import Final

_PRIMARY: Final = 0xFF

_STEPS: Final[Mapping[int, tuple[str, ...]]] = {
    1: (
        """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            pattern TEXT NOT NULL,
            mode TEXT NOT NULL,
            started_at REAL NOT NULL,
            is_finished INTEGER NOT NULL DEFAULT 0,
            start TEXT NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE events (
            session TEXT NOT NULL,
            number INTEGER NOT NULL,
            event TEXT NOT NULL,
            at REAL NOT NULL,
            PRIMARY KEY (session, number)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE attempts (
            session TEXT NOT NULL,
            mode TEXT NOT NULL,
            pattern TEXT NOT NULL,
            item TEXT NOT NULL,
            instance TEXT NOT NULL,
            digest TEXT NOT NULL,
            number INTEGER NOT NULL,
            at REAL NOT NULL,
            chosen TEXT NOT NULL,
            is_right INTEGER NOT NULL,
            is_late INTEGER NOT NULL,
            hints INTEGER NOT NULL,
            seconds REAL NOT NULL,
            PRIMARY KEY (session, instance, number)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX attempts_by_pattern ON attempts (pattern, at)",
    ),
    2: (
        "ALTER TABLE attempts ADD COLUMN is_retry INTEGER NOT NULL DEFAULT 0",
        """
        UPDATE attempts SET is_retry = 1
        WHERE session IN (SELECT id FROM sessions WHERE json_valid(start) AND json_extract(start, '$.is_retry'))
        """,
    ),
}
"""The statements that lead from the version before to this one."""

VERSION: Final = max(_STEPS)
"""The version that this quizkit reads and writes."""


class NewerError(Exception):
    """The file is of a later version; the message is its number."""


class ForeignError(Exception):
    """The file is a database of something else."""


def migrate(db: sqlite3.Connection) -> None:
    """Bring a file to `VERSION`. Raises NewerError, ForeignError, and sqlite3.Error for other trouble."""
    if _version(db) > VERSION:
        raise NewerError(f"version {_version(db)}")
    if _version(db) == VERSION:
        _be_durable(db)
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            raise ForeignError
        for version in range(_version(db) + 1, VERSION + 1):  # Another process may have been first.
            for statement in _STEPS[version]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {version}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    _be_durable(db)


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _be_durable(db: sqlite3.Connection) -> None:
    """See to it that a commit is on the disk when it returns, and that a reader never waits for a writer."""
    try:
        db.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY:
            raise
        # Another process is opening the file at this moment and sets the same mode, which lasts.
    db.execute("PRAGMA synchronous = FULL")

"""Files of a history: of another version, damaged, or not to be written. What cannot be read is set aside whole."""

import os
import sqlite3
from pathlib import Path

import pytest
from made_up_offer import beginning, item
from test_history import begun

from quizkit.model.mode import Mode
from quizkit.practice import history as history_room
from quizkit.practice import migrations
from quizkit.practice.history import History, HistoryError, history_file
from quizkit.practice.migrations import VERSION

A = item("a")


def items(folder: Path) -> list[str]:
    return [str(each.relative_to(folder)) for each in sorted(folder.rglob("*")) if each.is_file()]


def test_a_history_of_the_first_version_is_brought_to_this_one(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    with sqlite3.connect(file, isolation_level=None) as db:
        for statement in migrations._STEPS[1]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 1")
        for number, is_retry in (("first", "false"), ("again", "true")):
            start = beginning(Mode.TEST, A).model_copy(update={"id": number}).model_dump_json()
            start = start.replace('"is_retry":false', f'"is_retry":{is_retry}')
            db.execute("INSERT INTO sessions VALUES (?, 'heads', 'test', 1, 1, ?)", (number, start))
            row = (number, "test", "heads", "a", "a", A.digest, 1, 2.0, '["fc"]', 1, 0, 0, 5.0)
            db.execute(f"INSERT INTO attempts VALUES ({', '.join('?' * len(row))})", row)
        db.execute("INSERT INTO sessions VALUES ('odd', 'heads', 'test', 1, 1, 'no JSON')")
    db.close()
    with History(file) as history:
        assert not history.notes
        assert {each.session: each.is_retry for each in history.attempts()} == {"first": False, "again": True}


def damage(file: Path, how: str) -> bytes:
    file.unlink(missing_ok=True)
    with History(file) as history:
        begun(history).respond(["fc"])
    content = bytearray(file.read_bytes())
    if how == "text":
        content = bytearray(b"Dear diary, today I learned about heads. " * 500)
    elif how == "cut":
        content = content[: len(content) // 2]
    else:
        content[4096:] = os.urandom(len(content) - 4096)
    file.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize("how", ["text", "cut", "noise"])
def test_a_damaged_file_is_set_aside_whole_and_a_new_one_begun(tmp_path: Path, how: str) -> None:
    file = tmp_path / "history.sqlite3"
    for number in (1, 2):
        content = damage(file, how)
        with History(file) as history:
            assert "set aside in" in history.notes[0] and f"history-corrupt-{number}" in history.notes[0]
            assert history.attempts() == []
            begun(history).respond(["fc"])
        assert (tmp_path / f"history-corrupt-{number}" / "history.sqlite3").read_bytes() == content
        with History(file) as history:
            assert not history.notes and len(history.attempts()) == 1


def test_a_newer_file_is_set_aside_and_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    with sqlite3.connect(file) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
        db.execute("CREATE TABLE dreams (dream TEXT)")
        db.execute("INSERT INTO dreams VALUES ('of a later version')")
    db.close()
    content = file.read_bytes()
    with History(file) as history:
        assert "newer quizkit" in history.notes[0] and "history-newer-1" in history.notes[0]
        begun(history).respond(["fc"])
    assert (tmp_path / "history-newer-1" / "history.sqlite3").read_bytes() == content


def test_a_database_of_something_else_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()
    with History(file) as history:
        assert "no history" in history.notes[0]
    assert items(tmp_path / "history-foreign-1") == ["history.sqlite3"]


def test_what_another_process_has_begun_anew_meanwhile_is_not_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new, connected = tmp_path / "history.sqlite3", tmp_path / "new", history_room._connected
    file.write_text("not a database")
    with History(new) as history:
        begun(history).respond(["fc"])

    def meanwhile(path: str) -> sqlite3.Connection:
        monkeypatch.setattr(history_room, "_connected", connected)
        try:
            return connected(path)
        finally:
            new.replace(file)

    monkeypatch.setattr(history_room, "_connected", meanwhile)
    with History(file) as history:
        assert not history.notes and len(history.attempts()) == 1
    assert items(tmp_path) == ["history.sqlite3"]


def test_without_a_home_or_a_place_to_write_one_can_study_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    for file in (None, tmp_path / "file" / "history.sqlite3"):
        with History(file) as history:
            assert "kept" in history.notes[0]
            begun(history).respond(["fc"])
            assert len(history.attempts()) == 1

    def no_home(*_: object, **__: object) -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr("quizkit.practice.history.user_data_path", no_home)
    assert history_file() is None


def test_what_cannot_be_written_is_told_and_nothing_is_pretended(tmp_path: Path) -> None:
    with History(tmp_path / "h") as history:
        study = begun(history)
        history._db.execute("PRAGMA query_only = ON")
        before = study.session
        with pytest.raises(HistoryError, match="cannot be written"):
            study.respond(["fc"])
        assert study.session is before

"""A bank from the shelf is the bank that `load` returns, or it is not taken from there."""

import errno
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bank_files import CLAIM, LESSON, SNIPPET, edited, ids, touch, write_bank

from quizkit.bank import loader, shelf
from quizkit.bank.builtin import builtin
from quizkit.bank.loader import load
from quizkit.bank.shelf import loaded
from quizkit.errors import ContentError, UsageError
from quizkit.model.bank import Bank

Loads = list[Path]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty shelf."""
    monkeypatch.setattr(shelf, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path / "cache" / "banks"


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    """What was really loaded, in order."""
    done: Loads = []

    def load_and_tell(path: Path, *, is_own: bool = False) -> Bank:
        done.append(path)
        return load(path, is_own=is_own)

    monkeypatch.setattr(loader, "load", load_and_tell)
    return done


def test_the_shipped_content_comes_back_as_it_was_loaded(kept: Path, loads: Loads) -> None:
    first = loaded(builtin(), is_own=True)
    again = loaded(builtin(), is_own=True)
    assert first == again == load(builtin(), is_own=True)
    assert len(loads) == 1 and len(list(kept.iterdir())) == 1
    assert again.patterns[0].experiment is not None and again.patterns[0].lesson is not None


def test_every_change_of_what_is_read_is_seen(tmp_path: Path, kept: Path, loads: Loads) -> None:
    bank = write_bank(tmp_path / "bank", lesson=LESSON)
    changes: list[Callable[[], Any]] = [
        lambda: touch(bank / "items" / "item.yaml", edited(SNIPPET, ("Which line gives ten?", "Which?"))),
        lambda: touch(bank / "items" / "more.yaml", CLAIM),
        lambda: (bank / "items" / "more.yaml").rename(bank / "items" / "other.yaml"),
        lambda: touch(bank / "pattern.yaml", "id: topic\ntitle: Another\nprelude: import math\n"),
        lambda: touch(bank / "lesson.md", LESSON.replace("Learn it.", "Learn this.")),
        lambda: (bank / "lesson.md").unlink(),
    ]
    for number, change in enumerate([lambda: None, *changes], start=1):
        change()
        assert loaded(bank) == loaded(bank) == load(bank)
        assert len(loads) == number
    assert len(list(kept.iterdir())) == 1 + len(changes)


def test_a_bank_is_kept_for_the_name_it_was_given_and_for_whom(
    tmp_path: Path, kept: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = write_bank(tmp_path / "bank")
    monkeypatch.chdir(tmp_path)
    for path in (bank, Path("bank"), Path("../") / tmp_path.name / "bank"):
        assert loaded(path).folder == str(path)
    assert loaded(bank, is_own=True).is_own and not loaded(bank).is_own
    assert len(loads) == 4 and len(list(kept.iterdir())) == 4


@pytest.mark.parametrize("rule", ["source_digest", "platform.python_version", "pydantic.VERSION"])
def test_other_rules_find_nothing(
    rule: str, tmp_path: Path, kept: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = write_bank(tmp_path / "bank")
    loaded(bank)
    monkeypatch.setattr(f"quizkit.bank.shelf.{rule}", "9.9.9" if rule.isupper() else lambda *_: "9.9.9")
    loaded(bank)
    assert len(loads) == 2


def test_a_loader_is_made_of_nothing_but_the_rules() -> None:
    program = "import sys, quizkit.bank.loader; print(*(name for name in sys.modules if name.startswith('quizkit.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {name.split(".")[1] for name in done.stdout.split()} == {*shelf.ROOMS, "errors"}


def test_a_broken_bank_is_told_each_time_and_not_kept(tmp_path: Path, kept: Path, loads: Loads) -> None:
    bank = write_bank(tmp_path / "bank", edited(SNIPPET, ("kind: snippet", "kind: snipet")))
    for _ in range(2):
        with pytest.raises(ContentError, match="snippet"):
            loaded(bank)
    with pytest.raises(UsageError, match="there is no folder"):
        loaded(tmp_path / "nowhere")
    assert len(loads) == 3 and not kept.exists()


def test_what_was_changed_while_it_was_read_is_not_kept(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = write_bank(tmp_path / "bank")

    def load_late(path: Path, *, is_own: bool = False) -> Bank:
        touch(bank / "items" / "item.yaml", CLAIM)
        return load(path, is_own=is_own)

    monkeypatch.setattr(loader, "load", load_late)
    assert ids(loaded(bank)) == ["claim-item"]
    assert not kept.exists()


class _Calls:
    """Unpickled, it would call a function."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("called",)


class _Exits:
    """Unpickled, it would end the program."""

    def __reduce__(self) -> tuple[object, ...]:
        return sys.exit, (0,)


@pytest.mark.parametrize(
    "payload",
    [
        pickle.dumps(_Calls()),
        pickle.dumps(_Exits()),
        pickle.dumps({"a": 1}),
        pickle.dumps(Path("x")),
        b"cquizkit.model.text\nprintable\n(S'x'\ntR.",
        b"cquizkit.model.item\nFinal\n.",
        b"",
        b"not a pickle",
        b"\x80\x05" + b"(" * 100_000 + b".",
    ],
)
def test_nothing_that_is_written_there_is_run(
    payload: bytes, tmp_path: Path, kept: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bank = write_bank(tmp_path / "bank")
    expected = loaded(bank)
    (file,) = kept.iterdir()
    for content in (shelf.sealed(payload), payload, file.read_bytes()[:-1]):
        file.write_bytes(content)
        assert loaded(bank) == expected
    assert len(loads) == 4 and not (tmp_path / "called").exists()
    assert loaded(bank) == expected and len(loads) == 4


def test_only_the_newest_are_kept(tmp_path: Path, kept: Path) -> None:
    for number in range(20):
        bank = write_bank(tmp_path / f"bank{number}")
        loaded(bank)
        for file in kept.iterdir():
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 10))
    assert len(list(kept.iterdir())) == 16


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_full_disk_changes_nothing_and_is_not_filled_further(
    step: str, tmp_path: Path, kept: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = write_bank(tmp_path / "bank")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(Path, step, refuse)
        assert loaded(bank) == loaded(bank) == load(bank)
    assert len(loads) == 2 and not list(kept.iterdir())


def test_a_shelf_that_cannot_be_used_changes_nothing(
    tmp_path: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = write_bank(tmp_path / "bank")
    (tmp_path / "file").touch()
    monkeypatch.setattr(shelf, "user_cache_path", lambda *_, **__: tmp_path / "file")
    assert loaded(bank) == loaded(bank)

    def homeless(*_: object, **__: object) -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(shelf, "user_cache_path", homeless)
    assert loaded(bank) == load(bank)
    assert len(loads) == 3


def test_a_large_bank_and_what_is_no_plain_file_are_not_kept(
    tmp_path: Path, kept: Path, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = write_bank(tmp_path / "bank")
    with monkeypatch.context() as narrow:
        narrow.setattr(shelf, "_SIZE_LIMIT", 100)
        loaded(bank)
    if hasattr(os, "mkfifo"):
        os.mkfifo(bank / "cards.yaml")
        with pytest.raises(ContentError, match="not a regular file"):
            loaded(bank)
    assert not kept.exists()

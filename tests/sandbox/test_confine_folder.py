"""The folder of a probe is measured and removed whatever was put into it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux alone has these", allow_module_level=True)

from quizkit.sandbox import folder


def many(place: Path) -> None:
    for number in range(50):
        (place / str(number)).touch()


def deep(place: Path) -> None:
    """Make a tree that is far deeper than a path may be long."""
    here = os.open(place, os.O_DIRECTORY)
    for _ in range(60):
        os.mkdir("d" * 200, dir_fd=here)
        inner = os.open("d" * 200, os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def closed(place: Path) -> None:
    (place / "a" / "b").mkdir(parents=True)
    (place / "a" / "b" / "file").touch()
    (place / "a" / "b").chmod(0)
    (place / "a").chmod(0)


def linked(place: Path) -> None:
    for name, target in (("up", ".."), ("root", "/"), ("self", "self"), ("broken", "nowhere"), ("b", "../outside")):
        (place / name).symlink_to(target)


def special(place: Path) -> None:
    os.mkfifo(place / "fifo")
    (place / "\udcff\n").touch()
    (place / ("n" * 255)).mkdir()


KINDS: dict[str, Callable[[Path], None]] = {
    "nothing": lambda place: None,
    "many": many,
    "deep": deep,
    "closed": closed,
    "links": linked,
    "special": special,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_is_removed(kind: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    place = tmp_path / "place"
    place.mkdir()
    KINDS[kind](place)
    folder.remove(place)
    assert list(tmp_path.iterdir()) == [outside]
    assert (outside / "kept").read_text() == "kept"


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to("kept")
    with pytest.raises(NotADirectoryError):
        folder.remove(tmp_path / "link")
    assert (tmp_path / "kept").is_dir()


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        folder.remove(tmp_path / "none")
    assert folder.overflow(tmp_path / "none") == ""


def test_little_is_no_overflow(tmp_path: Path) -> None:
    linked(tmp_path)
    (tmp_path / "sparse").touch()
    os.truncate(tmp_path / "sparse", 2**40)
    assert folder.overflow(tmp_path) == ""


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_FILES", 5)
    (tmp_path / "a").mkdir()
    for number in range(4):
        (tmp_path / "a" / str(number)).touch()
    assert folder.overflow(tmp_path) == ""
    (tmp_path / "a" / "more").touch()
    assert folder.overflow(tmp_path) == "it put more than 5 files into its folder"


def test_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_BYTES", 2**20)
    (tmp_path / "a").write_bytes(bytes(2**19))
    assert folder.overflow(tmp_path) == ""
    assert folder.overflow(tmp_path, elsewhere=2**20) == "it put more than 1 MiB into its folder"


def test_what_cannot_be_looked_at_is_too_much(tmp_path: Path) -> None:
    deep(tmp_path)
    assert folder.overflow(tmp_path) == "it put something into its folder that cannot be looked at"
    folder.remove(tmp_path)

import os
import stat
import sys
from pathlib import Path

import pytest
from bank_files import CLAIM, ids, loaded, touch, write_bank

from quizkit.bank.loader import load
from quizkit.bank.text_file import read_text

if sys.platform == "win32":
    pytest.skip("links, pipes and such names as only POSIX has", allow_module_level=True)


def test_links_inside_the_bank_are_followed(tmp_path: Path) -> None:
    write_bank(tmp_path)
    touch(tmp_path / "shared" / "claim.txt", CLAIM)
    (tmp_path / "items" / "claim.yaml").symlink_to("../shared/claim.txt")
    assert ids(load(tmp_path)) == ["claim-item", "snippet-item"]


@pytest.mark.parametrize("name", ["items/x.yaml", "lesson.md", "pattern.yaml"])
def test_foreign_links_out_of_the_bank_are_not_read(tmp_path: Path, name: str) -> None:
    write_bank(tmp_path / "bank")
    touch(tmp_path / "secret", "top: secret\n")
    (tmp_path / "bank" / name).unlink(missing_ok=True)
    (tmp_path / "bank" / name).symlink_to(tmp_path / "secret")
    found = loaded(tmp_path / "bank")
    assert f"{name}:1:1: this is a link that leads out of the bank; put what it leads to here itself" in found
    assert not any("secret" in each for each in found)


def test_our_own_content_may_be_made_of_links(tmp_path: Path) -> None:
    write_bank(tmp_path / "bank")
    (tmp_path / "bank" / "items" / "item.yaml").rename(tmp_path / "cached")
    (tmp_path / "bank" / "items" / "item.yaml").symlink_to(tmp_path / "cached")
    assert ids(load(tmp_path / "bank", is_own=True)) == ["snippet-item"]


def test_a_link_to_a_folder_is_a_problem(tmp_path: Path) -> None:
    write_bank(tmp_path / "a")
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    found = loaded(tmp_path)
    assert found == ["a/again:1:1: a link to a folder is not followed; put what it leads to here itself"]


def test_the_bank_itself_may_be_given_by_a_link(tmp_path: Path) -> None:
    write_bank(tmp_path / "a")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert ids(load(tmp_path / "link")) == ["snippet-item"]


@pytest.mark.parametrize("name", ["items/x.yaml", "lesson.md"])
def test_a_pipe_is_a_problem_and_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(write_bank(tmp_path) / name)
    assert loaded(tmp_path) == [f"{name}:1:1: this is not a regular file; put a plain file here, or rename it"]


def test_a_folder_without_permission_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = write_bank(tmp_path) / "items"
    real = os.scandir

    def scandir(folder: Path) -> object:
        if folder == closed:
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert loaded(tmp_path) == ["items:1:1: the folder cannot be read: Permission denied; check its permissions"]


def test_a_very_deep_folder_is_walked(tmp_path: Path) -> None:
    home, depth = Path.cwd(), 1200
    os.chdir(tmp_path)
    try:
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        assert load(tmp_path).patterns == ()
    finally:
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()
        os.chdir(home)


def test_a_file_name_cannot_drive_the_terminal(tmp_path: Path) -> None:
    touch(write_bank(tmp_path) / "items" / "x\n\x1b[31m.yml")
    (found,) = loaded(tmp_path)
    assert isinstance(found, str)
    assert found.startswith(r"items/x \x1b[31m.yml:1:1: nothing reads this file")


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFSOCK])
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path, kind: int) -> None:
    os.mknod(tmp_path / "x.yaml", kind | 0o600)
    _, (problem,) = read_text(tmp_path / "x.yaml", "x.yaml")
    assert problem.what == "this is not a regular file"


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("nowhere", "there is no such file"),
        ("x.yaml", "the file cannot be read: Too many levels of symbolic links"),
        ("/dev/zero", "this is not a regular file"),
        (".", "this is not a regular file"),
    ],
)
def test_links_that_lead_to_no_file_are_problems(tmp_path: Path, target: str, what: str) -> None:
    (tmp_path / "x.yaml").symlink_to(target)
    _, (problem,) = read_text(tmp_path / "x.yaml", "x.yaml")
    assert problem.what == what

import sys
from pathlib import Path

import pytest

import quizkit
from quizkit.bank.builtin import builtin, is_own
from quizkit.bank.loader import load


def test_the_shipped_content_is_found_and_can_be_loaded() -> None:
    bank = load(builtin(), is_own=is_own(builtin()))
    assert bank.is_own
    assert any(pattern.items for pattern in bank.patterns)


def test_content_inside_the_package_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "quizkit"
    package.mkdir(parents=True)
    (package.parent / "content").mkdir()
    monkeypatch.setattr(quizkit, "__file__", str(package / "__init__.py"))
    assert builtin() == (package.parent / "content").resolve()
    (package / "content").mkdir()
    assert builtin() == (package / "content").resolve()


@pytest.mark.parametrize("below", [".", "pytorch", "pytorch/../pytorch", "not/there"])
def test_what_lies_in_the_shipped_content_is_own(below: str) -> None:
    assert is_own(builtin() / below)


@pytest.mark.parametrize("path", ["..", "../content-of-others", "pytorch/../../tests", "/", "a\0b"])
def test_everything_else_is_foreign(path: str) -> None:
    assert not is_own(builtin() / path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_decide_by_where_they_lead(tmp_path: Path) -> None:
    (tmp_path / "inside").symlink_to(builtin())
    (tmp_path / "loop").symlink_to("loop")
    assert is_own(tmp_path / "inside" / "pytorch")
    assert not is_own(tmp_path / "loop")

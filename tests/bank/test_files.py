from pathlib import Path

import pytest
from bank_files import CLAIM, LESSON, OUTPUT, SNIPPET, ids, loaded, touch, write_bank

from quizkit.bank.loader import load
from quizkit.errors import UsageError


def test_a_bank_is_a_folder_of_patterns_at_any_depth(tmp_path: Path) -> None:
    write_bank(tmp_path / "b" / "deep", CLAIM, "id: b\ntitle: B\n")
    write_bank(tmp_path / "a", SNIPPET, "id: a\ntitle: A\n", lesson=LESSON)
    bank = load(tmp_path)
    assert ids(bank) == ["snippet-item", "claim-item"]
    assert [pattern.folder for pattern in bank.patterns] == [str(tmp_path / "a"), str(tmp_path / "b" / "deep")]
    assert [pattern.lesson is not None for pattern in bank.patterns] == [True, False]


def test_a_pattern_can_be_given_by_itself(tmp_path: Path) -> None:
    assert ids(load(write_bank(tmp_path / "a"))) == ["snippet-item"]


def test_items_come_by_file_name_and_then_in_the_order_of_the_file(tmp_path: Path) -> None:
    write_bank(tmp_path, "\n".join("- " + text.replace("\n", "\n  ").rstrip() for text in (OUTPUT, CLAIM)))
    touch(tmp_path / "items" / "a.yaml", SNIPPET)
    assert ids(load(tmp_path)) == ["snippet-item", "output-item", "claim-item"]


def test_an_item_of_a_list_has_places_of_its_own(tmp_path: Path) -> None:
    write_bank(tmp_path, "\n".join("- " + text.replace("\n", "\n  ").rstrip() for text in (OUTPUT, CLAIM)))
    output, claim = load(tmp_path).patterns[0].items
    assert (output.document.place(("stem",)).line, claim.document.place(("stem",)).line) == (5, 18)
    assert claim.document.place(("options", 1, "claim", "deeper")).column == 47
    assert claim.document.place().line == 14


def test_nothing_at_all_is_an_empty_bank(tmp_path: Path) -> None:
    assert load(tmp_path).patterns == ()


@pytest.mark.parametrize("name", [".git/items/x.yaml", ".x.yaml", "items/.x.yml", "items/__pycache__/x.yaml"])
def test_hidden_files_are_not_looked_at(tmp_path: Path, name: str) -> None:
    touch(write_bank(tmp_path) / name)
    assert ids(load(tmp_path)) == ["snippet-item"]


@pytest.mark.parametrize("name", ["README.md", "items/README.md", "items/x.yaml~", "items/x.yaml.orig", "a/x.txt"])
def test_other_files_may_stand_about(tmp_path: Path, name: str) -> None:
    touch(write_bank(tmp_path) / name)
    assert ids(load(tmp_path)) == ["snippet-item"]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("items/x.yml", "items/x.yml:1:1: nothing reads this file; name it x.yaml"),
        ("items/x.YAML", "items/x.YAML:1:1: nothing reads this file; name it x.yaml"),
        ("items/more/x.yaml", "items/more/x.yaml:1:1: nothing reads this file; items stand in items/*.yaml beside"),
        ("item/x.yaml", "item/x.yaml:1:1: nothing reads this file; items stand in items/*.yaml beside pattern.yaml"),
        ("x.yaml", "x.yaml:1:1: nothing reads this file; items stand in items/*.yaml beside pattern.yaml"),
        ("pattern.yml", "pattern.yml:1:1: nothing reads this file; items stand in items/*.yaml beside pattern.yaml"),
        ("sub/pattern.yaml", "sub/pattern.yaml:1:1: this is a pattern inside a pattern; move its folder beside"),
    ],
)
def test_no_yaml_file_of_a_pattern_is_passed_over(tmp_path: Path, name: str, problem: str) -> None:
    touch(write_bank(tmp_path) / name)
    found = loaded(tmp_path)
    assert isinstance(found, list)
    assert any(each.startswith(problem) for each in found), found


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("a/items/x.yaml", "a/items/x.yaml:1:1: this file belongs to no pattern; write {0}/a/pattern.yaml, or load"),
        (
            "a/pattern.yml",
            "a/pattern.yml:1:1: this file belongs to no pattern; write {0}/a/pattern.yaml, or load that",
        ),
        ("items/x.yaml", "items/x.yaml:1:1: this file belongs to no pattern; write {0}/pattern.yaml, or load"),
    ],
)
def test_what_looks_like_a_pattern_and_is_none_is_a_problem(tmp_path: Path, name: str, problem: str) -> None:
    touch(tmp_path / name)
    found = loaded(tmp_path)
    assert isinstance(found, list)
    assert [each.startswith(problem.format(tmp_path)) for each in found] == [True], found


def test_yaml_files_of_other_people_are_left_alone(tmp_path: Path) -> None:
    touch(tmp_path / "mkdocs.yml")
    write_bank(tmp_path / "content" / "a")
    assert ids(load(tmp_path)) == ["snippet-item"]


def test_an_empty_folder_of_items_is_a_problem(tmp_path: Path) -> None:
    (write_bank(tmp_path) / "items" / "item.yaml").rename(tmp_path / "items" / "item.txt")
    assert loaded(tmp_path) == ["items:1:1: the folder holds no items; write one, or delete the folder"]


def test_a_pattern_may_have_no_items_yet(tmp_path: Path) -> None:
    touch(tmp_path / "pattern.yaml", "id: a\ntitle: A\n")
    assert ids(load(tmp_path)) == []


def test_items_that_are_no_folder_are_a_problem(tmp_path: Path) -> None:
    touch(tmp_path / "pattern.yaml", "id: a\ntitle: A\n")
    touch(tmp_path / "items")
    assert loaded(tmp_path) == ["items:1:1: this is not a folder; put items in items/*.yaml"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "there is no folder {0}/nowhere; give the folder of a bank, such as content/"),
        ("items/item.yaml", "{0}/items/item.yaml is a file; give a folder, and one item with --only: "),
        ("pattern.yaml", "{0}/pattern.yaml is a file; give a folder, and one item with --only: quizkit verify {0} "),
        ("a\0b", "there is no folder {0}/a\\x00b"),
    ],
)
def test_what_is_no_folder_is_a_usage_error(tmp_path: Path, name: str, message: str) -> None:
    write_bank(tmp_path)
    with pytest.raises(UsageError) as caught:
        load(tmp_path / name)
    assert str(caught.value).startswith(message.format(tmp_path))

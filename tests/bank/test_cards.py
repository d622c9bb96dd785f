from pathlib import Path

import pytest
from bank_files import PATTERN, edited, loaded, touch, write_bank

from quizkit.model.bank import Bank

FACTS = PATTERN + "facts:\n  width: {given: x = math.sqrt(4), value: x}\n"

CARDS = """\
- id: how-wide
  front: How wide is it?
  back: It is {fact:width} wide.
  concepts: [shapes]
- id: why-so
  front: Why?
  back: |
    Because
    it is.
  concepts: [shapes, reasons]
"""


def read(folder: Path, cards: str, pattern: str = FACTS) -> Bank | list[str]:
    touch(write_bank(folder / "b", pattern=pattern) / "cards.yaml", cards)
    return loaded(folder / "b")


def test_cards_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    bank = read(tmp_path, CARDS)
    assert isinstance(bank, Bank), bank
    cards = bank.patterns[0].cards
    assert [card.id for card in cards] == ["how-wide", "why-so"]
    assert cards[0].back == "It is {fact:width} wide."
    assert cards[1].concepts == ("shapes", "reasons")


def test_a_topic_needs_no_cards(tmp_path: Path) -> None:
    bank = loaded(write_bank(tmp_path / "b"))
    assert isinstance(bank, Bank)
    assert bank.patterns[0].cards == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{fact:width}", "{fact:widht}", "3:15: there is no fact 'widht'; did you mean 'width'?"),
        ("it is.", "it is 5.", "9:11: the bare numeral '5' is not proved; make it a fact and write {fact:ID}, or"),
        ("front: Why?", "fornt: Why?", "6:3: unknown field 'fornt'; did you mean 'front'?"),
        ("  concepts: [shapes]\n", "", "1:3: this has no 'concepts'; add `concepts:`"),
        ("id: why-so", "id: how-wide", "5:7: the card id 'how-wide' is taken, first at"),
        ("front: Why?", "front:", "6:9: front is empty; write something, or quote it if this is meant"),
        ("[shapes, reasons]", "[]", "10:13: concepts has too few entries; give at least 1"),
    ],
)
def test_what_is_wrong_with_a_card(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = read(tmp_path, edited(CARDS, (old, new)))
    assert isinstance(found, list)
    assert any(each.startswith(f"cards.yaml:{problem}") for each in found), found


@pytest.mark.parametrize(
    ("cards", "problem"),
    [
        ("[]", "cards.yaml:1:1: the list holds no cards; write one"),
        ("- Hello.", "cards.yaml:1:3: this wants a mapping; see `quizkit schema`"),
        ("Hello.", "cards.yaml:1:1: this wants a mapping; see `quizkit schema`"),
    ],
)
def test_what_is_no_card(tmp_path: Path, cards: str, problem: str) -> None:
    assert read(tmp_path, cards) == [problem]


def test_one_card_needs_no_list(tmp_path: Path) -> None:
    bank = read(tmp_path, "id: why-so\nfront: Why?\nback: So.\nconcepts: [reasons]\n")
    assert isinstance(bank, Bank), bank
    assert [card.id for card in bank.patterns[0].cards] == ["why-so"]


def test_where_the_topic_cannot_be_read_its_cards_still_are(tmp_path: Path) -> None:
    found = read(tmp_path, edited(CARDS, ("front: Why?", "fornt: Why?")), "id: topic\n")
    assert isinstance(found, list)
    assert [each.partition(": ")[2].partition(";")[0] for each in found] == [
        "this has no 'front'",
        "unknown field 'fornt'",
        "this has no 'title'",
    ]

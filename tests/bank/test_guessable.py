from pathlib import Path

import pytest
from bank_files import write_bank

from quizkit.bank.builtin import builtin
from quizkit.bank.guessable import habits
from quizkit.bank.loader import load
from quizkit.model.item import Item

LETTERS = "abcd"


def bank(folder: Path, keys: str, lengths: str = "1234") -> list[Item]:
    """Return an item for each letter of `keys`, which is its key; its options have texts of the given lengths."""
    text = ""
    for number, key in enumerate(keys):
        turned = lengths[number % 4 :] + lengths[: number % 4]
        options = "".join(
            f"    - {{id: {each}, text: {'w' * int(long)}{each}, claim: x == {index}, rationale: So.}}\n"
            for index, (each, long) in enumerate(zip(LETTERS, turned, strict=True))
        )
        text += f"- id: item-{number}\n  kind: claim\n  difficulty: easy\n  concepts: [c]\n  stem: Which?\n"
        text += f"  given: x = {number}\n  options:\n{options}  key: [{', '.join(key)}]\n"
    return [entry.item for entry in load(write_bank(folder / "b", text)).patterns[0].items]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("abcd" * 4, []),
        ("b" * 8 + "acda", ["the second option as written is right in 8 of 12 items, where chance gives 3"]),
        ("dcba" * 4, ["the longest option is right in 16 of 16 items, where chance gives 4"]),
        ("adcb" * 4, ["the shortest option is right in 16 of 16 items, where chance gives 4"]),
        ("b" * 11, []),
    ],
)
def test_a_habit_is_what_chance_does_not_explain(tmp_path: Path, keys: str, told: list[str]) -> None:
    assert list(habits(bank(tmp_path, keys))) == told


def test_options_of_one_length_tell_nothing(tmp_path: Path) -> None:
    assert list(habits(bank(tmp_path, "abcd" * 4, "2222"))) == []


def test_the_shipped_keys_cannot_be_guessed() -> None:
    for pattern in load(builtin(), is_own=True).patterns:
        assert list(habits(entry.item for entry in pattern.items)) == []

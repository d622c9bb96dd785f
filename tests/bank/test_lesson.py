from pathlib import Path

import pytest
from bank_files import LESSON, PATTERN, edited, loaded, write_bank

from quizkit.model.bank import Bank
from quizkit.model.mode import READING_MODES, Mode

FACTS = PATTERN + "facts:\n  width: {given: x = math.sqrt(4), value: x}\n  height: {value: math.pi}\n"


def problems(folder: Path, lesson: str) -> list[str]:
    found = loaded(write_bank(folder / "b", pattern=FACTS, lesson=lesson))
    return [each.removeprefix("lesson.md:") for each in found] if isinstance(found, list) else []


def test_a_heading_of_the_first_level_begins_a_section(tmp_path: Path) -> None:
    text = edited(LESSON, ("Learn it.", "\nLearn it.\n\n## More\n\n```\n# Why: not a heading\n```\n\n"))
    bank = loaded(write_bank(tmp_path / "b", lesson=text))
    assert isinstance(bank, Bank), bank
    lesson = bank.patterns[0].lesson
    assert lesson is not None
    assert [section.mode for section in lesson.sections] == list(READING_MODES)
    assert lesson.section(Mode.LEARN).title == "The first: and a colon"
    assert lesson.section(Mode.LEARN).body == "Learn it.\n\n## More\n\n```\n# Why: not a heading\n```"
    assert lesson.section(Mode.DEEP_DIVE).body == "Dive."


def test_sections_come_in_the_order_of_the_modes(tmp_path: Path) -> None:
    first, *others = LESSON.split("# ")[1:]
    bank = loaded(write_bank(tmp_path / "b", lesson="# " + "\n# ".join([*others, first])))
    assert isinstance(bank, Bank), bank
    lesson = bank.patterns[0].lesson
    assert lesson is not None
    assert [section.mode for section in lesson.sections] == list(READING_MODES)


def test_a_topic_needs_no_lesson(tmp_path: Path) -> None:
    bank = loaded(write_bank(tmp_path / "b"))
    assert isinstance(bank, Bank)
    assert bank.patterns[0].lesson is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "# Why: ",
            "# Wyh: ",
            [
                "1:1: the lesson has no section 'why'; add `# Why: TITLE`",
                "3:1: there is no section 'Wyh'; did you mean 'why'?",
            ],
        ),
        ("# Why: The second\nWhy it is.", "", ["1:1: the lesson has no section 'why'; add `# Why: TITLE`"]),
        (
            "# Deep dive: The third",
            "# Deep dive",
            ["5:1: the section 'Deep dive' has no title; write `# Deep dive: "],
        ),
        ("Dive.", "", ["5:1: the section 'Deep dive' is empty; write what it has to say"]),
        (
            "Dive.",
            "Dive.\n# Learn: Again\nx",
            ["7:1: the section 'Learn' is there twice, first on line 1; join them"],
        ),
        ("# Learn:", "Hello.\n# Learn:", ["1:1: this stands in no section; begin with a heading such as `# Learn:"]),
        (
            "Dive.",
            "Dive.\n# A heading\nx",
            ["7:1: there is no section 'A heading'; choose learn, why, deep-dive, visualise, metrics; inside a"],
        ),
        ("Dive.", "It has {fact:heigth}.", ["6:8: there is no fact 'heigth'; did you mean 'height'?"]),
        ("Dive.", "It has 512.", ["6:8: the bare numeral '512' is not proved; make it a fact and write {fact:ID}"]),
    ],
)
def test_what_is_wrong_with_a_lesson(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    found = problems(tmp_path, edited(LESSON, (old, new)))
    assert [each[: len(start)] for each, start in zip(found, told, strict=True)] == told


def test_an_empty_lesson_has_no_section(tmp_path: Path) -> None:
    assert [each.partition(";")[0] for each in problems(tmp_path, "")] == [
        f"1:1: the lesson has no section {mode.value!r}" for mode in sorted(READING_MODES)
    ]


@pytest.mark.parametrize("piece", ["](", "{fact:", "<", "`", "1,", "[", "# ", "- ", "```\n", "http://", "1. ", "# :"])
def test_no_lesson_takes_long_to_read(tmp_path: Path, piece: str) -> None:
    found = loaded(write_bank(tmp_path / "b", lesson=piece * (1_000_000 // len(piece))))
    assert not isinstance(found, list) or len(found) <= 51

"""What the documentation tells authors to write is proved by the real command."""

import re
from pathlib import Path

from real_command import Command

from quizkit.bank.loader import load
from quizkit.bank.prose import NOT_PROVED, interpolated
from quizkit.model.mode import Mode
from quizkit.practice.rules import CHALLENGE_SIZE, PRACTICE_SIZE, RULES, TEST_SIZE
from quizkit.proof.figures import figures

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of code in a language on a page."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_items_on_the_page_for_authors_are_proved(tmp_path: Path) -> None:
    pattern, items, *_ = blocks("writing-items.md", "yaml")
    (tmp_path / "shapes" / "items").mkdir(parents=True)
    (tmp_path / "shapes" / "pattern.yaml").write_text(pattern, encoding="utf-8")
    (tmp_path / "shapes" / "items" / "basics.yaml").write_text(items, encoding="utf-8")
    document = Command(tmp_path)("verify", str(tmp_path / "shapes"), "--trust", "--format", "json").document()
    assert {item["item"]: item["status"] for item in document["items"]} == dict.fromkeys(
        ("two-rows-of-three", "sum-of-rows", "shapes-do-not-fit", "views-share"), "proved"
    )


def write_lesson(bank: Path) -> None:
    """Write the bank of the page about lessons: a lesson and cards that quote facts."""
    pattern, cards = blocks("writing-lessons.md", "yaml")
    (lesson,) = blocks("writing-lessons.md", "markdown")
    (bank / "views").mkdir(parents=True)
    for name, text in (("pattern.yaml", pattern), ("lesson.md", lesson), ("cards.yaml", cards)):
        (bank / "views" / name).write_text(text, encoding="utf-8")


def test_the_lesson_on_the_page_for_authors_shows_what_was_measured(tmp_path: Path) -> None:
    write_lesson(tmp_path)
    ran = Command(tmp_path)("verify", tmp_path, "--trust", "--update", "--format", "json")
    assert [fact["status"] for fact in ran.document()["items"]] == ["proved"] * 3
    (pattern,) = load(tmp_path).patterns
    assert pattern.lesson is not None
    assert len(pattern.cards) == 2
    shown = interpolated(pattern.lesson, figures(pattern))
    assert re.findall(r"gives \*\*(\d)\*\*", shown.section(Mode.WHY).body) == ["0", "1"]
    assert "| x.T     | [3, 2] | [1, 3] |" in shown.section(Mode.VISUALISE).body
    assert not [section.mode for section in shown.sections if NOT_PROVED in section.body or "{" in section.body]


def test_what_is_wrong_with_a_lesson_is_told_as_the_page_says(tmp_path: Path) -> None:
    write_lesson(tmp_path)
    for name, old, new in (("lesson.md", "# Why:", "# Wyh:"), ("cards.yaml", "memory two", "{fact:strids} two")):
        file = tmp_path / "views" / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    told = Command(tmp_path)("verify", tmp_path, "--trust")
    (shown,) = blocks("writing-lessons.md", "console")
    _, heading, *problems, count = shown.splitlines()
    assert (told.code, heading in told.out, count in told.err) == (2, True, True)
    assert [f"{tmp_path}/{line}" for line in problems] == told.err.splitlines()[: len(problems)]


def test_the_page_about_studying_says_what_the_modes_allow() -> None:
    page = (DOCS / "studying.md").read_text(encoding="utf-8")
    rows = {
        name: row for row in re.findall(r"^\| `.*$", page, re.MULTILINE) for name in re.findall(r"`([a-z-]+)`", row)
    }
    assert set(rows) == set(Mode)
    challenge = RULES[Mode.CHALLENGE]
    assert f"{CHALLENGE_SIZE} problems, {challenge.seconds} seconds for each" in rows["challenge"]
    assert f"{challenge.attempts} attempts, {challenge.hints} hint;" in rows["challenge"]
    assert f"{TEST_SIZE} items" in rows["test"] and RULES[Mode.TEST].hints == 0
    assert f"up to {PRACTICE_SIZE} items" in rows["practice"]

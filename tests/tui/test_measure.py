"""However wide the terminal is, prose keeps to lines that can be read; programs and tables may be wider."""

from typing import Any

import pytest
import sample_desk
from sample_desk import SampleDesk, item
from states import WRONG
from test_modes import played, text_of
from textual.pilot import Pilot
from textual.widgets.markdown import MarkdownFence

from quizkit.model.item import Difficulty
from quizkit.model.lesson import Section
from quizkit.model.mode import Mode
from quizkit.model.served import Offer

WORDS = "words of a sentence that goes on " * 12
LINE = "x = [" + ", ".join(str(number) for number in range(30)) + "]"


def longest(pilot: Pilot[Any], word: str) -> int:
    """Return how many columns the longest line takes on which a word stands."""
    return max(len(line.strip(" │▌┃█▐")) for line in text_of(pilot).splitlines() if word in line)


def test_a_section_is_no_wider_than_can_be_read_but_its_program_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert 70 < longest(pilot, "sentence") <= 90
        assert max(each.size.width for each in pilot.app.screen.query("MarkdownParagraph")) == 90
        assert LINE in text_of(pilot)
        assert pilot.app.screen.query_one(MarkdownFence).size.width > 120

    def section(self: SampleDesk, pattern: str, mode: Mode) -> Section:
        return Section(mode=mode, title="Wide", body=f"{WORDS}\n\n- {WORDS}\n\n```python\n{LINE}\n```")

    monkeypatch.setattr(SampleDesk, "section", section)
    played("1", then=look, size=(140, 50))


def test_an_answer_is_no_wider_than_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert 70 < longest(pilot, "sentence") <= len("1. ") + 90

    fields: dict[str, Any] = {"stem": WORDS, "steps": (WORDS,), "quick_check": WORDS, "hints": (WORDS,)}
    offered = Offer(pattern="reshaping", items=(item(1, Difficulty.EASY, **fields),))
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    played("7", "h", *WRONG, then=look, size=(140, 120))

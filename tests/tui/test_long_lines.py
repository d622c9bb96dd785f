"""A program is shown with its lines as they are: never wrapped, and what is too long is one key away."""

from itertools import pairwise
from typing import Any

import pytest
import sample_desk
from sample_desk import SampleDesk, item
from states import WRONG
from test_modes import played, press, text_of
from textual.pilot import Pilot

from quizkit.model.item import Difficulty
from quizkit.model.lesson import Lesson, Section
from quizkit.model.mode import READING_MODES, Mode
from quizkit.model.served import Offer
from quizkit.tui.training import Task
from quizkit.tui.widgets.choices import OptionRow

LONG = f"x = torch.arange({'1 + ' * 20}0)  # the end of it"
PROGRAM = f"{LONG}\nz = len(x)"


@pytest.fixture(autouse=True)
def long_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a question and a lesson with a line that does not fit eighty columns."""
    offered = Offer(pattern=sample_desk.PATTERN, items=(item(1, Difficulty.EASY, given=PROGRAM),))
    sections = tuple(
        Section(mode=mode, title="Shapes", body=f"```python\n{PROGRAM}\n```\n\nAfter it.") for mode in READING_MODES
    )
    lesson = sample_desk.loaded().model_copy(update={"lesson": Lesson(sections=sections)})
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    monkeypatch.setattr(sample_desk, "loaded", lambda: lesson)


def rows(pilot: Pilot[Any], source: str) -> list[int]:
    """Return on which rows of the screen a text stands."""
    return [number for number, line in enumerate(text_of(pilot).splitlines()) if source in line]


@pytest.mark.parametrize("key", ["7", "1"], ids=[Mode.PRACTICE, Mode.LEARN])
def test_a_long_line_is_not_wrapped_and_scrolls_sideways(key: str) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        (first,), (second,) = rows(pilot, "x = torch.arange"), rows(pilot, "z = len")
        assert second == first + 1, "the line below is the next line of the program"
        assert not rows(pilot, "the end of it") and rows(pilot, "← → Long lines")
        await press(pilot, *["right"] * 6)
        assert rows(pilot, "the end of it") == [first]
        await press(pilot, *["left"] * 6)
        assert rows(pilot, "x = torch.arange") == [first]

    played(key, then=look)


@pytest.mark.parametrize("key", ["7", "1"], ids=[Mode.PRACTICE, Mode.LEARN])
def test_where_everything_fits_no_key_for_long_lines_is_offered(key: str) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert rows(pilot, "the end of it") and not rows(pilot, "Long lines")

    played(key, then=look, size=(140, 30))


def test_a_terminal_that_becomes_narrow_offers_the_key() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await pilot.resize_terminal(90, 30)
        await press(pilot, "down")
        assert rows(pilot, "Long lines")

    played("7", then=look, size=(140, 30))


@pytest.mark.parametrize(("width", "is_stacked"), [(80, True), (120, False)])
def test_the_right_answer_is_not_cut_where_there_is_a_line_for_it(
    width: int, is_stacked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert len(rows(pilot, right)) == 2, "beside the own answer, and among the options"
        assert (rows(pilot, "Your answer") != rows(pilot, "Right answer")) is is_stacked

    right = "model.heads.head = nn.Linear(768, 1000)"
    told = sample_desk.options()
    options = (told[0].model_copy(update={"text": right}), *told[1:])
    offered = Offer(pattern=sample_desk.PATTERN, items=(item(1, Difficulty.EASY, options=options),))
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    played("9", *WRONG, "enter", then=look, size=(width, 60))


@pytest.mark.parametrize(("text", "apart"), [("y = x.view(2, 3)", 1), ("y = x\ny = y.view(2, 3)", 3)])
def test_options_of_several_lines_stand_apart(text: str, apart: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        starts = [row.region.y for row in pilot.app.screen.query(OptionRow)]
        assert [after - before for before, after in pairwise(starts)] == [apart, apart]

    options = tuple(each.model_copy(update={"text": text}) for each in sample_desk.options())
    offered = Offer(pattern=sample_desk.PATTERN, items=(item(1, Difficulty.EASY, options=options),))
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    played("7", then=look, size=(80, 40))


def test_arrow_keys_reach_the_end_of_a_solutions_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        (first,), (second,) = rows(pilot, "x = torch.arange"), rows(pilot, "z = len")
        assert second == first + 1 and rows(pilot, "← → Long lines")
        await press(pilot, *["right"] * 6)
        assert rows(pilot, "the end of it") == [first]
        await press(pilot, "1")
        assert rows(pilot, "Reach 90.0 %") and not rows(pilot, "Long lines"), "that tab is not shown any more"
        await press(pilot, "4")
        assert rows(pilot, "← → Long lines")

    monkeypatch.setattr(Task, "reference", PROGRAM)
    played("0", "4", then=look)

"""A challenge: what it allows, and a clock that neither leaving nor chance sets back."""

import asyncio
from typing import Any

import pytest
import sample_desk
from sample_desk import SampleDesk, several
from states import RIGHT, WRONG, settled
from test_modes import played, press, stored, text_of
from textual.pilot import Pilot

from quizkit.model.served import Offer
from quizkit.tui.screens.play import PlayScreen
from quizkit.tui.widgets.choices import Choices, OptionRow


async def run_out(pilot: Pilot[Any], desk: SampleDesk) -> None:
    """Let the time of a problem pass, and the clock strike."""
    desk.now += 181
    screen = pilot.app.screen
    assert isinstance(screen, PlayScreen)
    await screen.tick()
    await settled(pilot)


def test_a_challenge_allows_two_attempts_one_hint_and_three_minutes() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert pilot.app.screen.query_one(Choices).is_open and "3:00" in text_of(pilot)
        assert "✗ 2: not right. 1 attempt left." in text_of(pilot) and not pilot.app._notifications
        assert [row.number for row in pilot.app.screen.query(OptionRow) if row.has_class("-tried")] == [2]
        await press(pilot, "h")
        assert "Hint 1 of 1" in text_of(pilot)
        assert "hint" not in {
            each.binding.action for each in pilot.app.screen.active_bindings.values() if each.enabled
        }
        await press(pilot, *RIGHT, "enter")
        await run_out(pilot, desk)
        assert "Time ran out" in text_of(pilot)

    played("8", *WRONG, then=look)
    assert [(each.item, each.number, each.is_right, each.is_late) for each in stored()] == [
        ("rows-1", 1, False, False), ("rows-1", 2, True, False), ("rows-2", 1, False, True),
    ]  # fmt: skip


def test_what_is_right_but_late_is_said_to_be_both_and_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(_: PlayScreen) -> None:
        """The clock strikes once a second, and the answer comes in between."""

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        desk.now += 181
        await press(pilot, *RIGHT)
        assert "✗ Right, but after the time: it does not count" in text_of(pilot)
        assert "✓ Right" not in text_of(pilot) and "Your answer" not in text_of(pilot)

    monkeypatch.setattr(PlayScreen, "tick", slow)
    played("8", then=look, size=(100, 80))
    assert [(each.chosen, each.is_right, each.is_late) for each in stored()] == [(("view",), False, True)]


def test_a_wrong_answer_before_the_time_ran_out_is_told_as_the_answer() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await run_out(pilot, desk)
        assert "✗ Not right  Time ran out." in text_of(pilot)
        assert "No answer" not in text_of(pilot) and "attempts." not in text_of(pilot)
        assert "Your answer" in text_of(pilot) and "✗ 2  wrong, your choice" in text_of(pilot)

    played("8", *WRONG, then=look, size=(100, 80))
    assert [(each.chosen, each.is_late) for each in stored()] == [(("three",), False), ((), True)]


def test_one_of_two_right_options_is_not_called_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "✗ 1: not exactly what is right. 1 attempt left." in text_of(pilot)

    monkeypatch.setattr(sample_desk, "offered", lambda: Offer(pattern="reshaping", items=(several(),)))
    played("8", *RIGHT, then=look)


def test_what_was_tried_already_costs_no_attempt() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await press(pilot, "enter")
        assert "this was tried already; choose something else" in {each.message for each in pilot.app._notifications}
        assert len(stored()) == 1 and "1 attempt left." in text_of(pilot)

    played("8", *WRONG, then=look)


def test_the_clock_may_strike_while_the_next_question_is_drawn() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, PlayScreen)
        await asyncio.gather(screen.action_advance(), screen.tick())
        assert "2 of 3" in text_of(pilot)

    played("8", *RIGHT, then=look)


@pytest.mark.parametrize("keys", [("escape",), ("ctrl+q",)])
def test_leaving_a_challenge_buys_no_time(keys: tuple[str, ...]) -> None:
    async def leave(pilot: Pilot[Any], desk: SampleDesk) -> None:
        desk.now += 70
        await press(pilot, *keys)

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "1:50" in text_of(pilot)

    played("8", then=leave)
    played("8", then=look)

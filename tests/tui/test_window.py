"""The window: its sizes, and that nothing which ends holds the rest up."""

import threading
from typing import Any

import pytest
from sample_desk import SampleDesk, SampleLive
from states import settled
from test_modes import played, press, text_of
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot

from quizkit.tui.screens.base import TooSmall
from quizkit.tui.screens.experiment import ExperimentScreen
from quizkit.tui.screens.home import HomeScreen
from quizkit.tui.screens.proof import ProofScreen
from quizkit.tui.training import Training


@pytest.mark.parametrize("key", ["7", "ctrl+p", "question_mark"])
def test_a_size_that_is_no_more_is_taken_by_no_screen(key: str) -> None:
    """One that is makes a second message, and with one of another size under way they never end."""

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        for screen in pilot.app.screen_stack:
            screen.post_message(Resize(Size(60, 20), Size(60, 20)))
        await settled(pilot)
        assert {screen.size for screen in pilot.app.screen_stack} == {Size(80, 24)}
        await pilot.resize_terminal(100, 30)
        for _ in range(200):
            await pilot.pause(0.02)
            if all(screen.size == Size(100, 30) for screen in pilot.app.screen_stack):
                break
        assert {screen.size for screen in pilot.app.screen_stack} == {Size(100, 30)}

    played(key, then=look)


def test_that_a_window_is_small_is_not_said_any_more_once_it_is_not() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        pilot.app.push_screen(ProofScreen("rows-1"))  # As a key does that was pressed just before.
        await settled(pilot)
        await pilot.resize_terminal(100, 30)
        await settled(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, HomeScreen)

    played(then=look, size=(60, 20))


def test_what_takes_long_to_stop_is_told_and_blocks_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await pilot.press("ctrl+q")
        for _ in range(100):
            await pilot.pause(0.02)
            if pilot.app._notifications:
                break
        assert [each.message for each in pilot.app._notifications] == ["Stopping what runs …"]
        await pilot.press("down")
        assert pilot.app.return_code is None
        ended.set()

    ended = threading.Event()
    monkeypatch.setattr(SampleLive, "close", lambda self: ended.wait(10))
    played(then=look)


def test_a_run_that_takes_long_to_stop_holds_nothing_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await pilot.press("f5")
        await pilot.pause(0.2)
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert isinstance(pilot.app.screen, ExperimentScreen) and "Stopp" in text_of(pilot)
        ended.set()
        await settled(pilot)
        assert isinstance(pilot.app.screen, HomeScreen)

    ended, close = threading.Event(), Training.close

    def slow(self: Training) -> None:
        ended.wait(10)
        close(self)

    monkeypatch.setattr(Training, "close", slow)
    played("0", then=look, size=(100, 40))


def test_a_small_window_is_told_once_and_goes_when_there_is_room() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert isinstance(pilot.app.screen, TooSmall)
        await pilot.resize_terminal(100, 30)
        await settled(pilot)
        assert isinstance(pilot.app.screen, HomeScreen)
        await pilot.resize_terminal(60, 20)
        await settled(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, HomeScreen)

    played(then=look, size=(60, 20))


def test_help_lists_what_is_special_to_a_screen_and_no_arrow_keys() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "Playground" in text_of(pilot) and "Scroll" not in text_of(pilot)

    played("7", "1", "enter", "question_mark", then=look, size=(100, 60))


def test_help_lists_each_key_once() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        shown = pilot.app.screen.query_one("VerticalScroll > Static")
        lines = [" ".join(line.split()) for line in str(shown.render()).splitlines()]
        assert "ctrl+p Every command by name" in lines and lines.count("ctrl+q Quit") == 1
        assert not any("palette" in line for line in lines), lines
        told = [line.partition(" ")[2] for line in lines]
        assert len(told) == len(set(told)), told

    played("7", "question_mark", then=look)

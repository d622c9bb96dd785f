"""What the learner writes in the experiment is kept, however it is left; a file that is not theirs to lose stays."""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from sample_desk import SampleDesk, experiment_task
from test_modes import played, press, text_of
from textual.pilot import Pilot
from textual.widgets import ProgressBar, TextArea

from quizkit.errors import UsageError
from quizkit.tui.screens import experiment
from quizkit.tui.screens.experiment import ExperimentScreen
from quizkit.tui.training import Task

MINE, THEIRS = "mine = 1\n", "edited = 'elsewhere'\n"


def own_file() -> Path:
    file = experiment_task().own_file
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def write(pilot: Pilot[Any], text: str) -> None:
    pilot.app.screen.query_one(TextArea).text = text


def test_what_was_written_is_kept_when_the_app_is_quit() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        write(pilot, MINE)
        await pilot.press("ctrl+q")

    played("0", then=look)
    assert own_file().read_text() == MINE


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_what_was_written_is_kept_when_the_app_is_ended_from_outside(name: str) -> None:
    number = getattr(signal, name)

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        write(pilot, MINE)
        os.kill(os.getpid(), number)
        for _ in range(200):
            await pilot.pause(0.02)
            if not pilot.app.is_running or pilot.app.return_code is not None:
                break
        assert pilot.app.return_code == 128 + number

    played("0", then=look)
    assert own_file().read_text() == MINE


def test_what_was_written_is_kept_at_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        write(pilot, MINE)
        for _ in range(200):
            await pilot.pause(0.02)
            if own_file().exists():
                break
        assert own_file().read_text() == MINE

    monkeypatch.setattr(experiment, "_PAUSE", 0.01)
    played("0", then=look)


@pytest.mark.parametrize("key", ["escape", "ctrl+q", "ctrl+r"])
def test_a_file_edited_elsewhere_is_not_overwritten_by_what_was_only_looked_at(key: str) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        own_file().write_text(THEIRS)
        await press(pilot, key)

    own_file().write_text(MINE)
    played("0", then=look)
    assert own_file().read_text() == THEIRS


def test_nothing_is_written_where_nothing_was_changed() -> None:
    played("0", "escape")
    assert not own_file().exists()


def test_what_cannot_be_kept_is_told_and_only_a_second_escape_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise UsageError("the disk is full")

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        write(pilot, MINE)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ExperimentScreen)
        assert "the disk is full" in {each.message for each in pilot.app._notifications}
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, ExperimentScreen)

    monkeypatch.setattr(Task, "keep", full)
    played("0", then=look)


def test_a_file_that_cannot_be_read_is_told_and_stays_as_it_is() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert any("it is not UTF-8; it is left as it is" in each.message for each in pilot.app._notifications)
        assert pilot.app.screen.query_one(TextArea).read_only and "Reach 90.0 %" in text_of(pilot)
        await press(pilot, "escape")

    own_file().write_bytes(b"\xff\xfe")
    played("0", then=look)
    assert own_file().read_bytes() == b"\xff\xfe"


def test_escape_leaves_the_editor_first_and_then_the_experiment() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        screen = pilot.app.screen
        screen.query_one(TextArea).focus()
        await press(pilot, "x", "escape")
        assert isinstance(pilot.app.screen, ExperimentScreen) and not isinstance(screen.focused, TextArea)
        await press(pilot, "1")
        assert "1" not in screen.query_one(TextArea).text.splitlines()[0], "a number goes to a tab again"
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, ExperimentScreen)

    played("0", "3", then=look)
    assert own_file().read_text().startswith("x")


def test_after_a_check_keys_scroll_the_result_and_reach_its_end() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        pilot.app.screen.query_one(TextArea).focus()
        await press(pilot, "ctrl+r")
        assert "Every clause holds" in text_of(pilot) and "Bonus" not in text_of(pilot)
        await press(pilot, *["pagedown"] * 4)
        assert "Bonus: f6 runs it" in text_of(pilot)
        await press(pilot, *["pageup"] * 4)
        assert "Every clause holds" in text_of(pilot)

    played("0", "3", then=look)


def test_nothing_looks_as_if_it_ran_before_a_run_and_after_it_was_stopped() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        bar = pilot.app.screen.query_one(ProgressBar)
        assert not bar.display
        await pilot.press("f5")
        await pilot.pause(0.1)
        assert bar.display
        await press(pilot, "ctrl+x")
        assert not bar.display and "Stopped" in text_of(pilot)

    played("0", "5", then=look)

"""What the learner ran before is there when the experiment is opened again; what others ran, or a control, is not."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from sample_desk import PATTERN, SampleDesk, record
from states import settled
from test_modes import played, press, text_of
from textual.pilot import Pilot

from quizkit.lab.folder import new_folder
from quizkit.lab.records import last_run, runs_folder
from quizkit.model.record import RunRecord, RunStatus
from quizkit.model.run_event import RunEvent, RunFailed
from quizkit.tui.screens.home import HomeScreen

EARLY, LATE = datetime(2026, 9, 20, 12, tzinfo=UTC), datetime(2026, 9, 22, 12, tzinfo=UTC)


def kept(
    at: datetime,
    changes: Mapping[str, Any] | None = None,
    events: tuple[RunEvent, ...] | None = None,
    **config: Any,
) -> RunRecord:
    """Write a run as the lab does."""
    made = record() if events is None else record().model_copy(update={"events": events})
    head = made.head.model_copy(
        update={
            "started": at,
            "config": made.head.config.model_copy(update=config),
            **(changes or {}),
        }
    )
    folder = new_folder(runs_folder(), head.solution, head.config.seed, at)
    try:
        folder.put_head(head)
        for event in made.events:
            folder.put_event(event)
    finally:
        folder.release()
    return made.model_copy(update={"head": head})


def test_a_run_on_record_is_shown_with_its_date_when_the_experiment_is_opened_again() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        when = f"{LATE.astimezone():%Y-%m-%d %H:%M}"
        assert f"Your last run, of {when}" in text_of(pilot) and "Nothing has been run" not in text_of(pilot)
        assert "0 of 60 BatchNorm buffers moved" in text_of(pilot) and "95.0 %" in text_of(pilot)
        await press(pilot, "ctrl+r")
        assert "Your last run" not in text_of(pilot), "the run just made stands there"

    kept(EARLY)
    kept(LATE)
    played("0", "6", then=look, size=(100, 50))


def test_where_nothing_was_run_that_is_said() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "Nothing has been run yet." in text_of(pilot)

    played("0", "6", then=look)


def test_the_task_is_shown_while_the_last_run_is_still_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()

    def slow(self: SampleDesk, pattern: str) -> RunRecord | None:
        found.wait(10)
        return None

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        try:
            await pilot.press("0")
            for _ in range(100):
                await pilot.pause(0.02)
                if "Reach 90.0 %" in text_of(pilot):
                    break
            assert "Reach 90.0 %" in text_of(pilot) and not found.is_set()
        finally:
            found.set()

    monkeypatch.setattr(SampleDesk, "last_run", slow)
    played(then=look)


def test_one_may_leave_while_the_last_run_is_still_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    found = threading.Event()

    def slow(self: SampleDesk, pattern: str) -> RunRecord | None:
        found.wait(10)
        return record()

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await pilot.press("0")
        await pilot.pause(0.3)
        await pilot.press("escape")
        await pilot.pause(0.3)
        assert isinstance(pilot.app.screen, HomeScreen)
        found.set()
        await settled(pilot)
        assert isinstance(pilot.app.screen, HomeScreen)

    monkeypatch.setattr(SampleDesk, "last_run", slow)
    played(then=look)


def test_a_run_of_another_topic_a_control_and_one_that_was_cut_off_are_not_the_last() -> None:
    own = kept(EARLY)
    kept(LATE, {"pattern": "another"})
    kept(LATE, backbone="random")
    kept(LATE, {"status": RunStatus.INTERRUPTED})
    assert last_run(PATTERN) == own


def test_a_run_that_failed_is_the_last_and_says_why() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "Your last run" in text_of(pilot) and "there is no layer fc" in text_of(pilot)

    failure = RunFailed(phase="solution", what="there is no layer fc", remedy="look at the network")
    kept(EARLY)
    kept(LATE, {"status": RunStatus.FAILED}, events=(failure,))
    played("0", "6", then=look, size=(100, 50))


def test_a_user_without_a_home_has_no_last_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("quizkit.lab.records.user_data_path", homeless)
    assert last_run(PATTERN) is None

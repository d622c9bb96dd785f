"""The bonus is run by a key and by a command, and is set beside the reference."""

from typing import Any

from sample_desk import SampleDesk
from states import settled
from test_modes import played, press, text_of
from textual.pilot import Pilot

from quizkit.tui.screens.experiment import ExperimentScreen


def test_a_key_runs_the_bonus_and_the_result_stands_beside_the_reference() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "f6 Run bonus" in text_of(pilot)
        await press(pilot, "f6")
        assert desk.trained == ["bonus"]
        told = text_of(pilot)
        assert "the reference, recorded" in told and "Of 60 validation images it gets as many as" in told

    played("0", then=look, size=(110, 50))


def test_a_command_runs_the_bonus() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert isinstance(pilot.app.screen, ExperimentScreen)
        offered = {each.title: each.callback for each in pilot.app.get_system_commands(pilot.app.screen)}
        await offered["Run bonus"]()
        await settled(pilot)
        assert desk.trained == ["bonus"]

    played("0", then=look)

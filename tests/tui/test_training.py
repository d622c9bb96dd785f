"""The app runs an experiment through the same door as the commands do."""

from pathlib import Path

import pytest

from quizkit.bank.builtin import builtin
from quizkit.bank.loader import load
from quizkit.errors import UsageError
from quizkit.model.record import SeriesEvent
from quizkit.tui.training import Training, task


def test_a_foreign_banks_solution_is_not_trained_from_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    told: list[SeriesEvent] = []
    training = Training()
    try:
        run = training.run(task(load(builtin(), is_own=False), "replacing-classifier-head"), "reference", told.append)
        with pytest.raises(UsageError, match="`quizkit run replacing-classifier-head --trust`"):
            run.result(timeout=60)
    finally:
        training.close()
    assert not told and not (tmp_path / "quizkit" / "runs").exists()

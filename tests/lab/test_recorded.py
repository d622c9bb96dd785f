"""Runs that figures come from: of the program that a solution is now, the learner's own and those that ship."""

from pathlib import Path
from statistics import fmean, stdev

import pytest
from test_recording import recording

from quizkit.bank.builtin import builtin
from quizkit.bank.loader import load
from quizkit.errors import UsageError
from quizkit.lab import recorded
from quizkit.lab.request import experiment_of, requested
from quizkit.model.bank import Document, LoadedExperiment, LoadedPattern, Pattern
from quizkit.model.contract import Clause
from quizkit.model.experiment import LoadedSolution, Solution
from quizkit.model.record import RunRecord

BANK = load(builtin(), is_own=True)
TOPIC, LOADED = experiment_of(BANK, "replacing-classifier-head")
RECORDED = {each.solution.name: recorded.shipped(Path(TOPIC.folder), each.solution.name) for each in LOADED.solutions}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def accuracy(record: RunRecord) -> float:
    after = record.evaluated("after")
    assert after is not None
    return after.validation_accuracy


def test_every_shipped_record_is_of_the_program_that_its_solution_is_now() -> None:
    digests = {each.solution.name: each.digest for each in LOADED.solutions}
    for name, records in RECORDED.items():
        assert all(record.head.solution_digest == digests[name] for record in records), name
    assert {name for name, records in RECORDED.items() if records} >= {"reference", "as-published", "bonus"}


def test_the_offline_target_is_beyond_its_recorded_control() -> None:
    """By three standard deviations, as the control was recorded: five seeds, by the reference's own recipe."""
    random = [accuracy(each) for each in RECORDED["reference"] if each.head.config.backbone == "random"]
    assert len(random) == 5
    target = LOADED.experiment.profiles["offline"].target
    assert fmean(random) + 3 * stdev(random) < target
    pretrained = [accuracy(each) for each in RECORDED["reference"] if each.head.config.backbone == "pretrained"]
    assert len(pretrained) == 5 and min(pretrained) >= target


def topic(folder: Path, source: str) -> LoadedPattern:
    """Return a topic whose reference is this program."""
    document = Document(file="experiment.yaml", places={})
    reference = LoadedSolution(
        solution=Solution(file="reference.py", about="All."), path="reference.py", source=source
    )
    experiment = LoadedExperiment(experiment=LOADED.experiment, document=document, solutions=(reference,))
    return LoadedPattern(
        pattern=Pattern(id="p", title="A topic"), document=document, experiment=experiment, folder=str(folder)
    )


def test_ones_own_runs_count_if_they_are_finished_and_of_this_program(tmp_path: Path) -> None:
    run, unfinished = recording("whole"), recording("crash", seed=1)
    for each in (run, unfinished):
        list(each.events())
    source = (run.folder.path / "solution.py").read_text()
    found = recorded.recorded(topic(tmp_path, source))["reference"]
    assert [each.head.id for each in found] == [run.head.id]
    assert list(recorded.recorded(topic(tmp_path, source + "\n"))["reference"]) == []
    shown = recorded.shown_record(topic(tmp_path, source))
    assert shown is not None and shown.head.id == run.head.id


def test_a_control_is_asked_for_without_target_and_is_shipped_under_a_name_of_its_own(tmp_path: Path) -> None:
    request = requested(BANK, TOPIC, None, None, backbone="random")
    assert Clause.TARGET not in request.clauses and request.config(0).backbone == "random"
    assert Clause.TARGET in requested(BANK, TOPIC, None, None).clauses
    with pytest.raises(UsageError, match="leave out --weights"):
        requested(BANK, TOPIC, None, "cifar10", backbone="random", weights=tmp_path)
    control = next(each for each in RECORDED["reference"] if each.head.config.backbone == "random")
    assert recorded.ship(tmp_path, control).name == "offline-random-seed-0.json"

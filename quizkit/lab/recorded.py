"""Finished runs that figures may come from: those that ship with a topic, and the learner's own.

Invariant: a run counts as one of a solution's only if it was made with the program that the solution is now.
"""

from pathlib import Path

from quizkit.bank.run_figures import Recorded, stand_in
from quizkit.errors import UsageError
from quizkit.lab.records import records, runs_folder
from quizkit.model.bank import LoadedPattern
from quizkit.model.record import RunRecord, RunStatus


def shipped(pattern_folder: Path, solution: str) -> list[RunRecord]:
    """Return the recorded runs of a solution that come with a topic, one a seed; finished ones that can be read."""
    found = []
    for file in sorted((pattern_folder / "runs" / solution).glob("*.json")):
        try:
            found.append(RunRecord.model_validate_json(file.read_bytes()))
        except (OSError, ValueError):
            continue
    return [each for each in found if each.head.status is RunStatus.FINISHED]


def recorded(pattern: LoadedPattern) -> Recorded:
    """Return the finished runs of each solution of a topic's experiment: shipped ones, then the learner's own."""
    if pattern.experiment is None:
        return {}
    own = _finished(pattern.pattern.id)
    found = {}
    for each in pattern.experiment.solutions:
        every = [*shipped(Path(pattern.folder), each.solution.name), *own]
        found[each.solution.name] = [run for run in every if run.head.solution_digest == each.digest]
    return found


def shown_record(pattern: LoadedPattern) -> RunRecord | None:
    """Return the run to look at: the learner's last finished one of a topic, or the one that stands in for it.

    A control is made for its accuracy alone, and is not one to look at.
    """
    if own := [each for each in _finished(pattern.pattern.id) if each.head.config.backbone != "random"]:
        return own[-1]
    return stand_in(pattern.experiment, recorded(pattern)) if pattern.experiment is not None else None


def _finished(pattern: str) -> list[RunRecord]:
    """Return the learner's own finished runs of a topic, the oldest first; none for a user without a home."""
    try:
        every = records(runs_folder())
    except UsageError:
        return []
    return [each for each in every if each.head.pattern == pattern and each.head.status is RunStatus.FINISHED]


def ship(pattern_folder: Path, record: RunRecord) -> Path:
    """Write a run to be shipped with a topic, without anything of the machine's file system, and return the file.

    Raises UsageError for a run that is not finished.
    """
    head = record.head
    if head.status is not RunStatus.FINISHED:
        remedy = f"see `quizkit runs {head.id}` for why, then give the same command again"
        raise UsageError(f"the run {head.id} is {head.status.value}, and only a finished one is recorded; {remedy}")
    paths = {"folder": "", "cache": "", "solution": "", "offline_weights": "", "weights": None, "data_dir": None}
    config = head.config.model_copy(update=paths)
    kept = record.model_copy(update={"head": head.model_copy(update={"config": config})})
    folder = pattern_folder / "runs" / head.solution
    folder.mkdir(parents=True, exist_ok=True)
    profile = config.profile if config.backbone == "pretrained" else f"{config.profile}-{config.backbone}"
    file = folder / f"{profile}-seed-{config.seed}.json"
    draft = file.with_suffix(".part")
    draft.write_text(kept.model_dump_json() + "\n", encoding="utf-8")
    return draft.replace(file)

"""What is kept of a run: who ran what, where and when, and everything it told.

Invariant: every figure that is shown of a run is read from its record, and a record says itself how it ended.
"""

import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, TypeVar

from pydantic import AwareDatetime

from quizkit.errors import ExitCode
from quizkit.model.base import Noun
from quizkit.model.contract import CLAUSES, Clause
from quizkit.model.run import RunConfig
from quizkit.model.run_event import ClauseAudited, EpochFinished, Evaluated, RunEvent, RunFailed, RunFinished
from quizkit.model.text import PrintableText

OneEvent = TypeVar("OneEvent", bound=Noun)


class RunStatus(StrEnum):
    """How far a run has come."""

    UNFINISHED = "unfinished"
    """It is going on, or was killed; the same command goes on with it."""
    INTERRUPTED = "interrupted"
    """It was stopped by the user; the same command goes on with it."""
    FAILED = "failed"
    """It could not go on."""
    FINISHED = "finished"
    """All was done and every clause audited."""


class Machine(Noun):
    """Where a run was made; torch and the device it tells itself."""

    system: PrintableText
    """Operating system and architecture."""
    cores: int
    """How many cores it could use."""
    quizkit: PrintableText
    """Version of quizkit."""


class RunHead(Noun):
    """Who ran what, where and when."""

    id: PrintableText
    """The name of its folder; empty if it could not be kept."""
    pattern: PrintableText
    """Id of the topic."""
    solution: PrintableText
    """Name of the solution, or of its file."""
    solution_digest: str
    """SHA-256 of its program."""
    config: RunConfig
    """What it was asked to do."""
    machine: Machine
    """Where it was made."""
    started: AwareDatetime
    """When it was begun."""
    status: RunStatus = RunStatus.UNFINISHED
    """How far it came."""


class RunRecord(Noun):
    """A run and everything it told, progress apart."""

    head: RunHead
    """Who, what, where and when."""
    events: tuple[RunEvent, ...] = ()
    """What it told, in order. What a resumed run told again stands twice, and the later one counts."""

    def last(self, kind: type[OneEvent]) -> OneEvent | None:
        """Return the last event of a kind."""
        return next((event for event in reversed(self.events) if isinstance(event, kind)), None)

    @property
    def epochs(self) -> tuple[EpochFinished, ...]:
        """The epochs, in order."""
        found = {event.epoch: event for event in self.events if isinstance(event, EpochFinished)}
        return tuple(found[epoch] for epoch in sorted(found))

    @property
    def clauses(self) -> tuple[ClauseAudited, ...]:
        """The audited clauses, in the contract's order."""
        found = {event.clause: event for event in self.events if isinstance(event, ClauseAudited)}
        return tuple(found[clause] for clause in CLAUSES if clause in found)

    def evaluated(self, when: str) -> Evaluated | None:
        """Return the accuracies before or after training."""
        found = (event for event in reversed(self.events) if isinstance(event, Evaluated) and event.when == when)
        return next(found, None)

    @property
    def failure(self) -> RunFailed | None:
        """Why it could not go on, if it could not."""
        return None if self.head.status is RunStatus.FINISHED else self.last(RunFailed)

    @property
    def keeps_contract(self) -> bool:
        """Whether it finished and every clause that was to be audited holds."""
        held = {audited.clause for audited in self.clauses if audited.holds}
        return self.head.status is RunStatus.FINISHED and held >= set(self.head.config.clauses)

    @property
    def exit_code(self) -> ExitCode:
        """What a command that made this run ends with."""
        match self.head.status:
            case RunStatus.INTERRUPTED:
                return ExitCode.INTERRUPTED
            case RunStatus.FINISHED:
                return ExitCode.PROVED if self.keeps_contract else ExitCode.REFUTED
        failure = self.failure
        if failure is None or failure.phase in ("memory", "disk", "deadline", "internal"):
            return ExitCode.UNDECIDED
        return ExitCode.REFUTED if failure.phase == "training" else ExitCode.USAGE

    def figures(self) -> Mapping[str, str]:
        """Return what prose may quote of this run, by the names in `RUN_FIGURES`, as far as it was measured."""
        told = {audited.clause.value: audited.measured for audited in self.clauses}
        told |= {
            "target": percent(self.head.config.target),
            "epochs": str(self.head.config.epochs),
            "seed": str(self.head.config.seed),
        }
        for when in ("before", "after"):
            if (found := self.evaluated(when)) is not None:
                told[f"train-{when}"] = percent(found.train_accuracy)
                told[f"validation-{when}"] = percent(found.validation_accuracy)
        if (finished := self.last(RunFinished)) is not None:
            told |= {"seconds": f"{finished.seconds:.1f} s", "train-seconds": f"{finished.train_seconds:.1f} s"}
        return told


class RunOpened(Noun):
    """A run has its folder and is about to start."""

    event: Literal["run-opened"] = "run-opened"
    """Tag."""
    id: PrintableText
    """The run's name."""
    folder: PrintableText
    """Where it is kept."""
    pattern: PrintableText
    """Id of the topic."""
    solution: PrintableText
    """Name of the solution."""
    seed: int
    """Its seed."""
    epochs: int
    """Passes over the training images it will make."""
    is_resumed: bool
    """Whether it goes on with a run that was cut off."""


class RunRecorded(Noun):
    """A run is over and kept."""

    event: Literal["run-recorded"] = "run-recorded"
    """Tag."""
    record: RunRecord
    """All of it."""


SeriesEvent = RunOpened | RunEvent | RunRecorded
"""What is told while one solution is run under several seeds."""


RUN_FIGURES: Final = frozenset(
    {
        "target", "epochs", "seed", "seconds", "train-seconds",
        "train-before", "validation-before", "train-after", "validation-after",
        *(clause.value for clause in Clause),
    }
)  # fmt: skip
"""What prose may quote of a run."""


def percent(share: float) -> str:
    """Return a share as people read it: `98.1 %`."""
    return f"{100 * share:.1f} %"


def over_seeds(shares: Sequence[float]) -> str:
    """Return a share, over several seeds as mean and sample standard deviation: `97.8 % ± 0.4`."""
    mean = percent(statistics.fmean(shares))
    return f"{mean} ± {100 * statistics.stdev(shares):.1f}" if len(shares) > 1 else mean


def figures_of(records: Sequence[RunRecord]) -> Mapping[str, str]:
    """Return what prose may quote of runs of one solution, one or more: accuracies over all, else of the last."""
    told = dict(records[-1].figures())
    for when in ("before", "after"):
        found = [each for record in records if (each := record.evaluated(when)) is not None]
        if found:
            told[f"train-{when}"] = over_seeds([each.train_accuracy for each in found])
            told[f"validation-{when}"] = over_seeds([each.validation_accuracy for each in found])
    return told


def run_id(solution: str, seed: int, at: datetime) -> str:
    """Return a name for a run that sorts by time."""
    return f"{at:%Y%m%d-%H%M%S}-{solution}-{seed}"

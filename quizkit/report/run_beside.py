"""What stands beside the accuracies of a run: the reference, the control, what the source claims; in both faces.

Invariant: a figure that was not measured on the same images is named as such, and a target is shown with what is
known of its control.
"""

import shlex
import statistics
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Self

from quizkit.bank.run_figures import Recorded, controls, nearest, solution_of
from quizkit.model.bank import LoadedExperiment
from quizkit.model.contract import Clause
from quizkit.model.defaults import BATCH_SIZE, EPOCHS, LEARNING_RATE
from quizkit.model.experiment import REFERENCE, Claimed
from quizkit.model.record import RunRecord, over_seeds, percent
from quizkit.model.run import RunConfig
from quizkit.model.run_event import DataLoaded, Evaluated

_DEVIATIONS: Final = 3
"""How many standard deviations above its control a target has to be, to tell that something was pretrained."""

_SEEDS: Final = 2
"""Fewer have no spread."""


class Beside(NamedTuple):
    """What is set beside runs of one solution."""

    claimed: Claimed | None = None
    """What the source of the experiment says."""
    references: tuple[RunRecord, ...] = ()
    """Recorded runs of the reference to compare with; none beside the reference itself."""
    controls: tuple[RunRecord, ...] = ()
    """Recorded runs of the reference on a random backbone, one a seed."""

    @classmethod
    def of(cls, loaded: LoadedExperiment, recorded: Recorded, records: Sequence[RunRecord]) -> Self:
        """Return what there is to set beside runs."""
        references: dict[str, RunRecord] = {}
        if solution_of(loaded, records[-1]) != REFERENCE:
            found = (nearest(recorded.get(REFERENCE, ()), record) for record in records)
            references = {each.head.id: each for each in found if each is not None}
        is_control = records[-1].head.config.backbone == "random"
        beside = () if is_control else tuple(controls(recorded, records[-1]))
        return cls(loaded.experiment.claimed, tuple(references.values()), beside)


def accuracy_rows(records: Sequence[RunRecord], beside: Beside) -> list[list[str]]:
    """Return rows of a name, training and validation accuracy: measured, beside it, asked for, claimed."""
    config = records[0].head.config
    rows = [["", "training", "validation"]]
    rows += _measured("measured before", records, "before") + _measured("measured after", records, "after")
    rows += _measured("the reference, recorded", beside.references, "after")
    rows += _measured("random backbone, recorded", beside.controls, "after")
    if Clause.TARGET in config.clauses:
        rows.append(["target", "", percent(config.target)])
    if beside.claimed is not None:
        of = "" if beside.claimed.profile == config.profile else f", of {beside.claimed.profile}"
        for when, part in (("before", beside.claimed.before), ("after", beside.claimed.after)):
            rows.append([f"claimed {when}{of}", percent(part.train), percent(part.validation)])
    return rows


def _measured(name: str, records: Sequence[RunRecord], when: str) -> list[list[str]]:
    found = _evaluated(records, when)
    shares = [[each.train_accuracy for each in found], [each.validation_accuracy for each in found]]
    return [[name, *map(over_seeds, shares)]] if found else []


def _evaluated(records: Sequence[RunRecord], when: str) -> list[Evaluated]:
    return [each for record in records if (each := record.evaluated(when)) is not None]


def notes(records: Sequence[RunRecord], beside: Beside) -> Iterator[str]:
    """Yield sentences about what stands side by side in `accuracy_rows`."""
    if len(records) == 1 and len(beside.references) == 1:
        yield from _against_reference(records[0], beside.references[0])
    config = records[-1].head.config
    if config.backbone == "random":
        yield "This is a control: its backbone is pretrained on nothing, and it is held to no target."
    elif Clause.TARGET in config.clauses:
        yield _of_target(records[-1], beside.controls)


def _against_reference(record: RunRecord, reference: RunRecord) -> Iterator[str]:
    data, ours, theirs = record.last(DataLoaded), record.evaluated("after"), reference.evaluated("after")
    if data is None or ours is None or theirs is None:
        return
    images = data.validation_images
    more = round((ours.validation_accuracy - theirs.validation_accuracy) * images)
    count = f"{abs(more):,} {'more' if more > 0 else 'fewer'} than" if more else "as many as"
    seed = "the same seed" if record.head.config.seed == reference.head.config.seed else "another seed"
    yield f"Of {images:,} validation images it gets {count} the recorded reference right, with {seed}."


def _of_target(record: RunRecord, found: Sequence[RunRecord]) -> str:
    config = record.head.config
    target, shares = percent(config.target), [each.validation_accuracy for each in _evaluated(found, "after")]
    if len(shares) < _SEEDS:
        command = f"quizkit run {record.head.pattern} {_settings(config)} --backbone random --seeds 0,1,2,3,4"
        return (
            f"No control is recorded for the profile {config.profile} with these settings, so no measurement shows "
            f"that its target of {target} takes a pretrained backbone. This makes one: {command}"
        )
    bound = statistics.fmean(shares) + _DEVIATIONS * statistics.stdev(shares)
    told = f"The control, a random backbone, got to {over_seeds(shares)} over {len(shares)} seeds"
    if config.target > bound:
        return f"{told}. The target is over three standard deviations above that: it takes a pretrained one."
    return f"{told}. The target of {target} is less than three standard deviations above that: it tells little."


def _settings(config: RunConfig) -> str:
    """Return the options of a run that a control must be given too, to stand beside it."""
    options = [f"--profile {config.profile}"]
    for name, value, usual in (
        ("--epochs", config.epochs, EPOCHS),
        ("--batch-size", config.batch_size, BATCH_SIZE),
        ("--learning-rate", config.learning_rate, LEARNING_RATE),
        ("--data-dir", config.data_dir and shlex.quote(config.data_dir), None),
    ):
        options += [f"{name} {value}"] if value != usual else []
    return " ".join(options)

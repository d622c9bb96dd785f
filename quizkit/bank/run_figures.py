"""Which recorded run a figure comes from: decided here and nowhere else. Pure.

Beside a run stand only runs that were asked for the same, their solution and seed apart: profile, backbone, epochs,
batch size and step size, on the same images, from the same weights. Of several, one with the same seed comes first,
and then the newest. Before anything has been run, the reference stands in, as a run without options would be asked
for. Invariant: figures of different profiles never stand side by side.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from quizkit.bank.run_prose import RunFigures
from quizkit.model.bank import LoadedExperiment
from quizkit.model.experiment import REFERENCE
from quizkit.model.record import RunRecord, figures_of, percent
from quizkit.model.run import BackboneKind, BackboneLoaded, DataLoaded, RunConfig

Recorded = Mapping[str, Sequence[RunRecord]]
"""Finished runs of an experiment's own solutions, by the name of the solution."""

_RECIPE: Final = ("epochs", "batch_size", "learning_rate")
_USUAL: Final = {name: RunConfig.model_fields[name].default for name in (*_RECIPE, "backbone", "seed")}


def nearest(records: Iterable[RunRecord], at_hand: RunRecord) -> RunRecord | None:
    """Return the run to set beside the one at hand, if there is one."""
    wanted = at_hand.head.config
    same = [each for each in records if _is_alike(each, at_hand, wanted.backbone)]
    return max(same, key=lambda each: (each.head.config.seed == wanted.seed, each.head.started), default=None)


def controls(recorded: Recorded, at_hand: RunRecord) -> list[RunRecord]:
    """Return the reference's runs on a backbone with random weights, the newest of each seed, by seed."""
    found = [each for each in recorded.get(REFERENCE, ()) if _is_alike(each, at_hand, "random")]
    newest = {each.head.config.seed: each for each in sorted(found, key=lambda each: each.head.started)}
    return [newest[seed] for seed in sorted(newest)]


def stand_in(loaded: LoadedExperiment, recorded: Recorded) -> RunRecord | None:
    """Return the run of the reference that stands for all before anything has been run, if one is recorded."""
    usual = _USUAL | {"profile": loaded.experiment.default_profile}
    seed = usual.pop("seed")
    found = [
        each
        for each in recorded.get(REFERENCE, ())
        if all(getattr(each.head.config, name) == value for name, value in usual.items())
    ]
    return max(found, key=lambda each: (each.head.config.seed == seed, each.head.started), default=None)


def quotable(loaded: LoadedExperiment, recorded: Recorded, at_hand: Sequence[RunRecord] = ()) -> RunFigures:
    """Return what prose may quote beside runs of one solution, one a seed; beside the task, if there is none yet."""
    experiment = loaded.experiment
    if not at_hand:
        reference = stand_in(loaded, recorded)
        target = {"target": percent(experiment.profiles[experiment.default_profile].target)}
        at_hand, own = ([reference], figures_of([reference])) if reference is not None else ([], {})
        own = {**own, **target}
    else:
        own = figures_of(at_hand)
    figures = {"": own}
    for name, records in recorded.items():
        if at_hand and (found := nearest(records, at_hand[-1])) is not None:
            figures[name] = found.figures()
    if at_hand and (solution := solution_of(loaded, at_hand[-1])) is not None:
        figures[solution] = own
    return figures


def solution_of(loaded: LoadedExperiment, record: RunRecord) -> str | None:
    """Return which of the experiment's solutions was run, by its program; None for another, whatever its name."""
    digest = record.head.solution_digest
    return next((each.solution.name for each in loaded.solutions if each.digest == digest), None)


def _is_alike(one: RunRecord, other: RunRecord, backbone: BackboneKind) -> bool:
    """Say whether two runs differ in nothing but solution and seed; in the backbone, only if `backbone` says so."""
    a, b = one.head.config, other.head.config
    if a.profile != b.profile or a.backbone != backbone or any(getattr(a, n) != getattr(b, n) for n in _RECIPE):
        return False
    kinds = (DataLoaded, BackboneLoaded) if a.backbone == b.backbone == "pretrained" else (DataLoaded,)
    return all(_digest(one, kind) == _digest(other, kind) for kind in kinds)


def _digest(record: RunRecord, kind: type[DataLoaded] | type[BackboneLoaded]) -> str | None:
    loaded = record.last(kind)
    return loaded.digest if loaded is not None else None

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
from quizkit.model.run import RunConfig
from quizkit.model.run_event import BackboneLoaded, DataLoaded

Recorded = Mapping[str, Sequence[RunRecord]]
"""Finished runs of an experiment's own solutions, by the name of the solution."""

_RECIPE: Final = ("epochs", "batch_size", "learning_rate")
_USUAL: Final = {name: RunConfig.model_fields[name].default for name in (*_RECIPE, "backbone", "seed")}


def nearest(records: Iterable[RunRecord], at_hand: RunRecord) -> RunRecord | None:
    """Return the run to set beside the one at hand, if there is one."""
    wanted = at_hand.head.config
    same = [each for each in records if are_alike(each, at_hand)]
    return max(same, key=lambda each: (each.head.config.seed == wanted.seed, each.head.started), default=None)


def controls(recorded: Recorded, at_hand: RunRecord) -> list[RunRecord]:
    """Return the reference's runs on a backbone with random weights, the newest of each seed, by seed."""
    found = [each for each in recorded.get(REFERENCE, ()) if _is_random(each) and _are_on_the_same(each, at_hand)]
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
    reference = stand_in(loaded, recorded)
    shown = list(at_hand) or ([reference] if reference is not None else [])
    own = dict(figures_of(shown)) if shown else {}
    if not at_hand:
        own["target"] = percent(loaded.experiment.profiles[loaded.experiment.default_profile].target)
    figures = {"": own}
    if shown:
        found = {name: nearest(records, shown[-1]) for name, records in recorded.items()}
        figures |= {name: dict(each.figures()) for name, each in found.items() if each is not None}
        if (solution := solution_of(loaded, shown[-1])) is not None:
            figures[solution] = own
    return figures


def solution_of(loaded: LoadedExperiment, record: RunRecord) -> str | None:
    """Return which of the experiment's solutions was run, by its program; None for another, whatever its name."""
    digest = record.head.solution_digest
    return next((each.solution.name for each in loaded.solutions if each.digest == digest), None)


def are_alike(one: RunRecord, other: RunRecord) -> bool:
    """Say whether two runs differ in nothing but solution and seed."""
    if _is_random(one) or _is_random(other):
        return _is_random(one) and _is_random(other) and _are_on_the_same(one, other)
    return _are_on_the_same(one, other) and _digest(one, BackboneLoaded) == _digest(other, BackboneLoaded)


def _are_on_the_same(one: RunRecord, other: RunRecord) -> bool:
    """Say whether two runs differ in nothing but solution, seed and backbone."""
    a, b = one.head.config, other.head.config
    is_asked = a.profile == b.profile and all(getattr(a, name) == getattr(b, name) for name in _RECIPE)
    return is_asked and _digest(one, DataLoaded) == _digest(other, DataLoaded)


def _is_random(record: RunRecord) -> bool:
    return record.head.config.backbone == "random"


def _digest(record: RunRecord, kind: type[DataLoaded] | type[BackboneLoaded]) -> str | None:
    loaded = record.last(kind)
    return loaded.digest if loaded is not None else None

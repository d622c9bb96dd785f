"""Item -> Planned probes. Pure.

Invariant: what is planned depends on the item alone, never on the order of its options, and every claim gets a
process of its own, so that no option sees what evaluating another has changed.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, assert_never

from quizkit.bank.expand import contexts, cured, has_slot, instances, splice
from quizkit.model.bank import Fact
from quizkit.model.base import Noun
from quizkit.model.evidence import Evidence
from quizkit.model.item import BaseItem, ClaimItem, DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.model.probe import Part, Probe

FIRST_SEED: Final = 0
FURTHER_SEEDS: Final = (1, 2)
_PROBE_REQUIREMENTS: Final = frozenset({"weights", "cuda", "scratch"})


class Role(StrEnum):
    """What a probe is for."""

    PREMISE = "premise"
    """Does the stem's situation occur?"""
    OPTION = "option"
    """A snippet option, run."""
    CURE = "cure"
    """A diagnosis option's cure, run."""
    CLAIM = "claim"
    """An option's claim, evaluated."""
    PROGRAM = "program"
    """The one run that serves all options of an output item, or the program of a fact."""
    CONTRAST = "contrast"
    """The program of the fact that a fact must differ from."""
    VALUES = "values"
    """The values that the options of an output item state."""


class Planned(Noun):
    """One probe and what it is for."""

    instance: str = ""
    """Id of the instance."""
    context: str = ""
    """Label of the context."""
    role: Role
    """What it is for."""
    option: str | None = None
    """The option it is about."""
    probe: Probe
    """What to run."""
    follows: tuple[int, ...] = ()
    """Seeds under which it is run as well if it draws random numbers."""

    def name(self) -> str:
        """Return what it is, for people; its seed apart."""
        what = self.role.value if self.option is None else f"{self.role.value} {self.option}"
        context = f" [{self.context}]" if self.context else ""
        return f"{self.instance} {what}{context}"

    def label(self) -> str:
        """Return the probe's name for people."""
        return f"{self.name()} seed {self.probe.seed}"


def plan_item(item: Item, prelude: str, seeds: tuple[int, ...] = ()) -> list[Planned]:
    """Return the probes to run first; `further` says which follow from their evidence.

    `seeds` overrides the item's own; without either, seed 0 comes first.
    """
    planned = [
        entry
        for instance in instances(item)
        for label, concrete in contexts(instance.item)
        for role, option, probe in _probes(concrete, prelude)
        for entry in _under_seeds(
            Planned(instance=instance.id, context=label, role=role, option=option, probe=probe), seeds or item.seeds
        )
    ]
    return sorted(planned, key=lambda entry: (entry.instance, entry.context, entry.role, entry.option or ""))


def plan_fact(name: str, facts: Mapping[str, Fact], prelude: str, seeds: tuple[int, ...] = ()) -> list[Planned]:
    """Return the probes that measure the fact `name` of `facts`, and the one it must differ from."""
    roles = {Role.PROGRAM: facts[name], Role.CONTRAST: facts.get(facts[name].differs_from or "")}
    return [
        entry
        for role, fact in roles.items()
        if fact is not None
        for probe in (Probe(prelude=prelude, parts=_parts(("given", fact.given)), observe=fact.value),)
        for entry in _under_seeds(Planned(instance=f"fact:{name}", role=role, probe=probe), seeds)
    ]


def further(planned: Planned, evidence: Evidence) -> list[Planned]:
    """Return what must be run as well: the probe under other seeds, if it drew random numbers and none are fixed."""
    return [_with_seed(planned, seed) for seed in planned.follows] if evidence.drew_random else []


def _with_seed(planned: Planned, seed: int, follows: tuple[int, ...] = ()) -> Planned:
    probe = planned.probe.model_copy(update={"seed": seed})
    return planned.model_copy(update={"probe": probe, "follows": follows})


def _under_seeds(planned: Planned, fixed: tuple[int, ...] | None) -> Iterator[Planned]:
    """Yield what is run first: every fixed seed; without any, the first, and others if it draws."""
    if planned.role is Role.VALUES:
        # What options state does not depend on chance.
        yield _with_seed(planned, FIRST_SEED)
    elif fixed:
        yield from (_with_seed(planned, seed) for seed in fixed)
    else:
        yield _with_seed(planned, FIRST_SEED, FURTHER_SEEDS)


def _parts(*parts: tuple[str, str]) -> tuple[Part, ...]:
    return tuple(Part(phase=phase, source=source) for phase, source in parts if source.strip())


def _base(item: BaseItem, prelude: str) -> Probe:
    requires = tuple(sorted(_PROBE_REQUIREMENTS.intersection(item.requires)))
    return Probe(prelude=prelude, limits=item.limits, requires=requires)


def _probes(item: Item, prelude: str) -> Iterator[tuple[Role, str | None, Probe]]:
    """Yield what one instance in one context needs: role, option, probe without a seed."""
    base = _base(item, prelude)
    match item:
        case SnippetItem():
            yield from _snippet(item, base)
        case OutputItem():
            yield from _output(item, base)
        case DiagnosisItem():
            yield from _diagnosis(item, base)
        case ClaimItem():
            yield from _claim(item, base)
        case _:
            assert_never(item)


def _program(base: Probe, item: BaseItem, *own: tuple[str, str], **asked: object) -> Probe:
    parts = _parts(("setup", item.setup), *own, *item.then.items())
    return base.model_copy(update={"parts": parts, **asked})


def _snippet(item: SnippetItem, base: Probe) -> Iterator[tuple[Role, str | None, Probe]]:
    def with_code(code: str | None) -> Probe:
        if has_slot(item.given):
            own = [("given", splice(item.given, code))]
        else:
            own = [("given", item.given), ("option", code or "")]
        return _program(base, item, *own, expectations=item.expect)

    yield Role.PREMISE, None, with_code(None)
    for option in item.options:
        yield Role.OPTION, option.id, with_code(option.code)


def _output(item: OutputItem, base: Probe) -> Iterator[tuple[Role, str | None, Probe]]:
    own = ("given", item.given)
    values = {option.id: option.value for option in item.options if option.value is not None}
    reads_stdout = item.observe is None and bool(values)
    yield (
        Role.PROGRAM,
        None,
        _program(base, item, own, expectations=item.expect, observe=item.observe, reads_stdout=reads_stdout),
    )
    for option in item.options:
        if option.claim is not None:
            yield Role.CLAIM, option.id, _program(base, item, own, claim=option.claim)
    if values:
        yield Role.VALUES, None, Probe(prelude=base.prelude, values=dict(sorted(values.items())))


def _diagnosis(item: DiagnosisItem, base: Probe) -> Iterator[tuple[Role, str | None, Probe]]:
    yield Role.PREMISE, None, _program(base, item, ("given", item.given), expectations=item.expect)
    for option in item.options:
        if option.cure is not None:
            own = ("given", cured(item.given, option.cure))
            yield Role.CURE, option.id, _program(base, item, own, expectations=item.expect)
        if option.claim is not None:
            yield Role.CLAIM, option.id, _program(base, item, ("given", item.given), claim=option.claim)


def _claim(item: ClaimItem, base: Probe) -> Iterator[tuple[Role, str | None, Probe]]:
    own = ("given", item.given)
    yield Role.PREMISE, None, _program(base, item, own, expectations=item.expect)
    for option in item.options:
        yield Role.CLAIM, option.id, _program(base, item, own, claim=option.claim)

"""Prove the prover: every mutant of every proved item must be refuted.

A mutant is killed if it is refuted, equivalent if it is proved on the very same evidence, and survives if it is
proved on other evidence. Invariant: only items that are proved here and now are mutated.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from quizkit.errors import ExitCode
from quizkit.model.event import Fate, MutantJudged, MutationEvent, MutationFinished, mutant_counts
from quizkit.model.verdict import FindingKind, Reason, Status
from quizkit.proof.docket import Docket, heard
from quizkit.proof.line import equivalent, line_of
from quizkit.proof.mutants import Mutant, mutants
from quizkit.proof.prove import Prover
from quizkit.proof.subject import Subject
from quizkit.sandbox.start import confinement

_FATES: Final[dict[Status, Fate]] = {
    Status.REFUTED: "killed",
    Status.PROVED: "survived",
    Status.UNDECIDED: "undecided",
    Status.EXEMPT: "undecided",
}
_UNTOLD: Final = frozenset({"digest", "environment", "sub_values"})

Facts = dict[tuple[str, ...], Any]
"""What was measured, by instance, context, role, option and seed."""


def mutate(wanted: Iterable[Subject], prover: Prover, seeds: tuple[int, ...] = ()) -> Iterator[MutationEvent]:
    """Yield the fate of every mutant of every proved item in `wanted`, and the conclusion last.

    `seeds` are used instead of the authors'. Facts, solutions and exempt items have no key to lie about.
    """
    start = time.monotonic()
    level = confinement()
    notes = [] if level.is_full else [f"sandbox {level}"]
    proved: dict[str, Docket] = {}
    is_refuted = False
    for docket in _dockets((each for each in wanted if each.item is not None and each.exempt is None), prover, seeds):
        status = docket.verdict().status
        is_refuted |= status is Status.REFUTED
        if status is Status.PROVED:
            proved[docket.subject.name] = docket
        else:
            notes.append(f"{docket.subject.name} is {status.value} itself, so it was not mutated")
    told = []
    for event in _fates(proved, prover, seeds):
        told.append(event)
        yield event
    yield MutationFinished(
        counts=mutant_counts(told),
        seconds=time.monotonic() - start,
        exit_code=ExitCode.REFUTED if is_refuted else _exit_code({event.fate for event in told}),
        notes=tuple(notes),
    )


def _dockets(wanted: Iterable[Subject], prover: Prover, seeds: tuple[int, ...]) -> Iterator[Docket]:
    return (step for step in heard(wanted, prover, seeds) if isinstance(step, Docket))


def _fates(proved: Mapping[str, Docket], prover: Prover, seeds: tuple[int, ...]) -> Iterator[MutantJudged]:
    born: dict[int, Mutant] = {}
    """By the identity of their subjects, which have all that names them in common."""
    stillborn: list[Mutant] = []

    def lying() -> Iterator[Subject]:
        for original in proved.values():
            for mutant in mutants(original.subject):
                if mutant.subject is None:
                    stillborn.append(mutant)
                else:
                    born[id(mutant.subject)] = mutant
                    yield mutant.subject

    for docket in _dockets(lying(), prover, seeds):
        mutant = born.pop(id(docket.subject))
        verdict = docket.verdict()
        fate = _FATES[verdict.status]
        if fate == "survived" and _is_same(docket, proved[docket.subject.name], mutant.instance):
            fate = "equivalent"
        yield _judged(mutant, fate, tuple(dict.fromkeys(finding.kind for finding in verdict.findings)))
    yield from (_judged(mutant, "stillborn") for mutant in stillborn)


def _judged(mutant: Mutant, fate: Fate, by: tuple[FindingKind | Reason, ...] = ()) -> MutantJudged:
    return MutantJudged(
        item=mutant.instance,
        operator=mutant.operator,
        description=mutant.change,
        fate=fate,
        by=by,
        place=mutant.original.document.place(mutant.path),
    )


def _is_same(mutated: Docket, original: Docket, instance: str) -> bool:
    """Say whether a mutant of one instance has that instance's own evidence."""
    own = {place[1:]: facts for place, facts in _facts(original).items() if place[0] == instance}
    other = {place[1:]: facts for place, facts in _facts(mutated).items()}
    return own.keys() == other.keys() and all(equivalent(own[place], other[place]) for place in own)


def _facts(docket: Docket) -> Facts:
    """Return what was measured for a docket, without what names the program."""
    found: Facts = {}
    for planned, evidence in docket.records():
        if evidence is not None:
            place = (planned.instance, planned.context, planned.role, planned.option or "", str(planned.probe.seed))
            found[place] = _told(line_of(planned.probe, evidence))
    return found


def _told(line: Any) -> Any:
    """Return a lock line's facts; of sub-values only what they gave, for their text may be what was changed."""
    match line:
        case dict():
            parts = [part["value"] for part in line.get("sub_values", ())]
            return {key: _told(inner) for key, inner in line.items() if key not in _UNTOLD} | {"parts": parts}
        case list():
            return [_told(inner) for inner in line]
        case _:
            return line


def _exit_code(fates: set[Fate]) -> ExitCode:
    if "survived" in fates:
        return ExitCode.REFUTED
    if "undecided" in fates:
        return ExitCode.UNDECIDED
    return ExitCode.PROVED if "killed" in fates else ExitCode.NOTHING

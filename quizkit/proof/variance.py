"""Truth that differs between contexts or between seeds, told as a finding and as a table. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from quizkit.model.verdict import FindingKind
from quizkit.proof.case import Case
from quizkit.proof.standing import Standing

Tried = list[tuple[Case, Standing]]
"""How one option stands, case by case."""
Difference = tuple[FindingKind, str, tuple[str, ...], str]
"""Kind, what, details, remedy."""

_CHANCE_REMEDY: Final = "let the question not depend on chance, or fix what it depends on"
_CONTEXT_REMEDY: Final = "name in the stem what the answer depends on, or make it a variant"


def differences(tried: Tried) -> Iterator[Difference]:
    """Yield how an option's truth differs: between seeds of one context, between contexts, or both."""
    truths: dict[str, set[bool | None]] = {}
    for case, standing in tried:
        truths.setdefault(case.context, set()).add(standing.holds)
    by_chance = [context for context, found in truths.items() if len(found) > 1]
    if by_chance:
        own = [(case, standing) for case, standing in tried if case.context == by_chance[0]]
        what = "holds under one seed and not under another"
        yield FindingKind.NONDETERMINISTIC, what, _opposites(own), _CHANCE_REMEDY
    steady = [(case, standing) for case, standing in tried if case.context not in by_chance]
    if len({standing.holds for _, standing in steady}) > 1:
        what = "holds in one context and not in another"
        yield FindingKind.CONTEXT_DEPENDENT, what, _opposites(steady), _CONTEXT_REMEDY


def _opposites(tried: Tried) -> tuple[str, ...]:
    """Return the first case that holds and the first that does not, with what was measured in each."""
    lines: list[str] = []
    for truth in (True, False):
        case, standing = next((case, standing) for case, standing in tried if standing.holds is truth)
        lines += [f"{_name(case)}: {standing.what}", *(f"  {detail}" for detail in standing.details)]
    return tuple(lines)


def _name(case: Case) -> str:
    return f"{case.context}, seed {case.seed}" if case.context else f"seed {case.seed}"


def table(tried: Sequence[tuple[Case, Mapping[str, Standing]]], *, by_seed: bool) -> tuple[tuple[str, ...], ...]:
    """Return what happened: contexts, or contexts and seeds, against options; header first."""
    rows: dict[str, list[Mapping[str, Standing]]] = {}
    for case, standings in tried:
        rows.setdefault(_name(case) if by_seed else case.context, []).append(standings)
    options = list(tried[0][1])
    body = [(name, *(_cell([each[option] for each in row]) for option in options)) for name, row in rows.items()]
    return ("", *options), *body


def _cell(standings: list[Standing]) -> str:
    """Return what happened in one row: what happened first, if it was as true under every seed."""
    return standings[0].what if len({standing.holds for standing in standings}) == 1 else "differs by seed"

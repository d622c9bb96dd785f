"""Item and evidence -> Verdict. Pure.

Invariant: proved needs every planned probe's evidence and every promise of the key kept; missing evidence is a
fault of ours. The order of options never matters to the status.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from quizkit.bank.grammar import same_code
from quizkit.model.bank import Path
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.item import ClaimItem, DiagnosisItem, Item, Option, OutputItem, SnippetItem
from quizkit.model.verdict import Finding, FindingKind, Reason, Status
from quizkit.proof.compare import equal
from quizkit.proof.plan import Planned, Role
from quizkit.proof.standing import (
    Standing,
    both,
    declared_cure_failure,
    describe_raise,
    fails_as,
    of_claim,
    of_output,
    of_program,
    program_details,
    undecided,
)

Record = tuple[Planned, Evidence | None]
"""A planned probe and what came back."""


@dataclass(frozen=True)
class Judgement:
    """What the judge concludes, before places and counts are added."""

    status: Status
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Case:
    """One instance in one context under one seed."""

    context: str
    seed: int
    records: Mapping[tuple[Role, str | None], Record]
    values: Record | None

    def of(self, role: Role, option: str | None = None) -> Record | None:
        """Return the record of a role, if it was planned."""
        return self.records.get((role, option))

    def evidence(self, role: Role, option: str | None = None) -> Evidence | None:
        """Return the evidence of a role."""
        record = self.of(role, option)
        return record[1] if record else None


def judge_item(item: Item, instances: Mapping[str, Item], records: Iterable[Record]) -> Judgement:
    """Return the conclusion on an item; `instances` maps instance ids to the item with that variant filled in."""
    by_instance: dict[str, list[Record]] = {name: [] for name in instances}
    for record in records:
        by_instance.setdefault(record[0].instance, []).append(record)
    findings = [found for name, own in by_instance.items() for found in _instance(name, instances[name], own)]
    return _conclusion(findings)


def judge_fact(records: Iterable[Record]) -> Judgement:
    """Return the conclusion on a fact: it has one value that can be quoted, whatever the seed."""
    findings, values = [], []
    for planned, evidence in records:
        if (unknown := undecided(evidence)) is not None or evidence is None:
            findings.append(_undecided(unknown or Standing(None), planned.probe.seed))
            continue
        read = evidence.observe
        raised = evidence.raised or (read.raised if read else None)
        if read is None or read.value is None or raised is not None:
            told = describe_raise(raised) if raised else f"the program ended as {evidence.outcome.value}"
            findings.append(_premise_finding("the fact has no value", (told,), ("value",)))
        elif not read.value.is_complete:
            why = f"it is a {read.value.type}, which no lesson can quote"
            findings.append(_premise_finding("the fact is no plain value", (why,), ("value",)))
        else:
            values.append(read.value)
    if any(not equal(values[0], value, 1e-4) for value in values[1:]):
        what = "the fact differs from seed to seed"
        details = tuple(value.text for value in values)
        findings.append(Finding(kind=FindingKind.NONDETERMINISTIC, what=what, details=details, path=("value",)))
    if not findings and not values:
        findings.append(_undecided(Standing(None, reason=Reason.SANDBOX_FAILED), None))
    return _conclusion(findings)


def _premise_finding(what: str, details: tuple[str, ...], path: Path) -> Finding:
    return Finding(kind=FindingKind.FALSE_PREMISE, what=what, details=details, path=path)


def _conclusion(findings: list[Finding]) -> Judgement:
    refuting = [found for found in findings if isinstance(found.kind, FindingKind)]
    open_ones = [found for found in findings if isinstance(found.kind, Reason)]
    status = Status.REFUTED if refuting else Status.UNDECIDED if open_ones else Status.PROVED
    return Judgement(status, tuple(refuting + open_ones))


def _undecided(standing: Standing, seed: int | None, **where: Any) -> Finding:
    return Finding(
        kind=standing.reason or Reason.SANDBOX_FAILED,
        what="; ".join(standing.details) or "no evidence came back",
        seed=seed,
        **where,
    )


def _instance(name: str, item: Item, records: list[Record]) -> list[Finding]:
    cases = _cases(records)
    if not cases:
        return [_undecided(Standing(None, details=("no probe was run",), reason=Reason.SANDBOX_FAILED), None)]
    label = name if name != item.id else ""
    premise = [found for case in cases if (found := _premise(item, case, label)) is not None]
    if premise and all(isinstance(found.kind, FindingKind) for found in premise[:1]):
        return premise[:1]
    alike = {option.id: found for option in item.options if (found := _alike(item, option, cases[0], label))}
    standings = {option.id: [(case, _standing(item, option, case)) for case in cases] for option in item.options}
    findings = [*premise, *alike.values()]
    truths: dict[str, bool | None] = {}
    for index, option in enumerate(item.options):
        found, truths[option.id] = _option(item, option, standings[option.id], index, label)
        if option.id not in alike or (found and isinstance(found[0].kind, Reason)):
            findings += [each.model_copy(update={"table": _table(item, standings)}) if _differs(each) else each
                         for each in found]  # fmt: skip
    if all(truth is not None and truth == item.negated for truth in truths.values()):
        what = "no option fails" if item.negated else "no option holds"
        details = tuple(f"{o.id}: {standings[o.id][0][1].what}" for o in item.options)
        none = Finding(kind=FindingKind.NONE_HOLDS, what=what, details=details, path=("key",), instance=label)
        findings = [none, *(found for found in findings if found.kind is not FindingKind.KEY_FAILS)]
    return findings


def _differs(found: Finding) -> bool:
    return found.kind in (FindingKind.CONTEXT_DEPENDENT, FindingKind.NONDETERMINISTIC)


def _cases(records: list[Record]) -> list[_Case]:
    values = next((record for record in records if record[0].role is Role.VALUES), None)
    grouped: dict[tuple[str, int], dict[tuple[Role, str | None], Record]] = {}
    for planned, evidence in records:
        if planned.role is not Role.VALUES:
            case = grouped.setdefault((planned.context, planned.probe.seed), {})
            case[planned.role, planned.option] = (planned, evidence)
    by_context = {(r[0].context): r for r in records if r[0].role is Role.VALUES}
    return [
        _Case(context, seed, own, by_context.get(context, values)) for (context, seed), own in sorted(grouped.items())
    ]


def _premise(item: Item, case: _Case, label: str) -> Finding | None:
    """Return why the stem's situation does not occur in this case, or why that is unknown."""
    role = Role.PROGRAM if isinstance(item, OutputItem) else Role.PREMISE
    record = case.of(role)
    if record is None:
        return None  # A seed that only an option drew from: the premise does not depend on it.
    planned, evidence = record
    where: dict[str, Any] = {"instance": label, "context": case.context}
    if (unknown := undecided(evidence)) is not None or evidence is None:
        return _undecided(unknown or Standing(None), case.seed, **where)
    what = _false_premise(item, evidence)
    if what is None:
        return None
    path: Path = ("premise",) if isinstance(item, DiagnosisItem) else ("given",)
    details = tuple(program_details(evidence, planned.probe)) or (f"it {evidence.outcome.value}",)
    found = _premise_finding(what, details, path)
    return found.model_copy(update={**where, "seed": case.seed})


def _false_premise(item: Item, evidence: Evidence) -> str | None:
    returned = evidence.outcome is Outcome.RETURNED
    met = returned and all(checked.holds is True for checked in evidence.expectations.values())
    match item:
        case SnippetItem():
            return (
                "every expectation is met with no option at all: the stem asks for something needless"
                if met
                else None
            )
        case DiagnosisItem(premise=None):
            return None if met else "the key says there is no fault, but the program fails"
        case DiagnosisItem(premise=premise) if premise is not None:
            return None if fails_as(premise, evidence) else "the program does not fail as the premise says"
        case ClaimItem():
            return None if met else "the program that the claims are about does not do what the stem says"
        case OutputItem():
            return None if met or not (returned and item.expect) else "the program does not do what the stem says"
        case _:
            return None


def _standing(item: Item, option: Option, case: _Case) -> Standing | None:
    """Return how an option stands in a case; None if nothing about it was run there."""
    match item:
        case SnippetItem():
            record = case.of(Role.OPTION, option.id)
            return None if record is None else of_program(record[1], record[0].probe, getattr(option, "fails", None))
        case OutputItem():
            if case.of(Role.PROGRAM) is None:
                return None
            values = case.values[1] if case.values else None
            own = next(each for each in item.options if each.id == option.id)
            said = of_output(item, own, case.evidence(Role.PROGRAM), values)
            claim = case.of(Role.CLAIM, option.id)
            return said if claim is None else both(said, of_claim(claim[1], claim[0].probe))
        case DiagnosisItem():
            parts = []
            if (cure := case.of(Role.CURE, option.id)) is not None:
                diagnosis = next(each for each in item.options if each.id == option.id)
                parts.append(of_program(cure[1], cure[0].probe, declared_cure_failure(diagnosis, item.premise)))
            if (claim := case.of(Role.CLAIM, option.id)) is not None:
                parts.append(of_claim(claim[1], claim[0].probe))
            return both(*parts) if len(parts) == 2 else parts[0] if parts else None
        case ClaimItem():
            record = case.of(Role.CLAIM, option.id)
            return None if record is None else of_claim(record[1], record[0].probe)
        case _:
            assert_never(item)


def _option(
    item: Item, option: Option, found: list[tuple[_Case, Standing | None]], index: int, label: str
) -> tuple[list[Finding], bool | None]:
    """Return the findings on an option, and its truth if it is the same everywhere."""
    known = [(case, standing) for case, standing in found if standing is not None]
    where: dict[str, Any] = {
        "instance": label, "option": option.id, "shown": option.shown(), "path": ("options", index),
    }  # fmt: skip
    open_ones = [(case, standing) for case, standing in known if standing.holds is None]
    findings = [_undecided(standing, case.seed, context=case.context, **where) for case, standing in open_ones[:1]]
    decided = [(case, standing) for case, standing in known if standing.holds is not None]
    if not decided:
        unrun = Standing(None, details=("the option was not run",), reason=Reason.SANDBOX_FAILED)
        return findings or [_undecided(unrun, None, **where)], None
    if {standing.holds for _, standing in decided} == {True, False}:
        return [*findings, _difference(decided, where)], None
    holds = decided[0][1].holds is True
    truth = None if open_ones else holds
    case, standing = decided[0]
    where |= {"context": case.context, "seed": case.seed, "details": standing.details}
    if holds != item.should_hold(option.id):
        keyed = option.id in item.key
        kind = FindingKind.KEY_FAILS if keyed else FindingKind.DISTRACTOR_HOLDS
        does = "holds" if holds else "does not hold"
        what = f"the {'keyed option' if keyed else 'distractor'} {option.id} {does}: {standing.what}"
        return [*findings, Finding(kind=kind, what=what, remedy=_KEY_REMEDY, **where)], truth
    wrong = [(case, standing) for case, standing in decided if not holds and not standing.as_declared]
    if wrong:
        case, standing = wrong[0]
        where |= {"context": case.context, "seed": case.seed, "details": standing.details}
        what = f"{option.id} fails, but not as declared: {standing.what}"
        findings.append(Finding(kind=FindingKind.WRONG_REASON, what=what, remedy=_REASON_REMEDY, **where))
    return findings, truth


_KEY_REMEDY = "correct the key, or the option"
_REASON_REMEDY = "mend the option, or declare in `fails` how it fails"


def _difference(decided: list[tuple[_Case, Standing]], where: dict[str, Any]) -> Finding:
    """Return the finding on an option that is true here and false there."""
    by_context: dict[str, set[bool | None]] = {}
    for case, standing in decided:
        by_context.setdefault(case.context, set()).add(standing.holds)
    details = tuple(
        f"{case.context or 'seed'}{'' if case.context else f' {case.seed}'}: {'holds' if s.holds else s.what}"
        for case, s in decided
    )
    if any(len(truths) > 1 for truths in by_context.values()):
        kind, what = FindingKind.NONDETERMINISTIC, "holds under one seed and not under another"
        remedy = "let the question not depend on chance, or fix what it depends on"
    else:
        kind, what = FindingKind.CONTEXT_DEPENDENT, "holds in one context and not in another"
        remedy = "name in the stem what the answer depends on, or make it a variant"
    what = f"{where['option']} {what}"
    return Finding(kind=kind, what=what, details=details, remedy=remedy, **where)


def _table(item: Item, standings: Mapping[str, list[tuple[_Case, Standing | None]]]) -> tuple[tuple[str, ...], ...]:
    """Return contexts (and seeds, if there are several) against options."""
    header = ("", *(option.id for option in item.options))
    body: dict[str, list[str]] = {}
    many = len({case.seed for case, _ in next(iter(standings.values()))}) > 1
    for option in item.options:
        for case, standing in standings[option.id]:
            row = ", ".join(filter(None, [case.context, f"seed {case.seed}" if many or not case.context else ""]))
            body.setdefault(row, []).append("-" if standing is None else standing.what)
    return (header, *((name, *cells) for name, cells in body.items()))


def _alike(item: Item, option: Option, case: _Case, label: str) -> Finding | None:
    """Return the finding that a distractor says the same as a keyed option, by what is declared alone."""
    if option.id in item.key:
        return None
    for other in item.options:
        if other.id in item.key and _says_same(item, option, other, case):
            index = [each.id for each in item.options].index(option.id)
            return Finding(
                kind=FindingKind.INDISTINGUISHABLE,
                what=f"{option.id} says the same as the keyed option {other.id}",
                option=option.id, shown=option.shown(), path=("options", index), instance=label,
                remedy="remove it, or let it say something else",
            )  # fmt: skip
    return None


def _says_same(item: Item, a: Any, b: Any, case: _Case) -> bool:
    match item:
        case SnippetItem():
            return same_code(a.code, b.code)
        case DiagnosisItem():
            return a.cure == b.cure and same_code(a.claim or "", b.claim or "")
        case ClaimItem():
            return same_code(a.claim, b.claim)
        case OutputItem():
            if not same_code(a.claim or "", b.claim or ""):
                return False
            if a.value is None or b.value is None:
                return a.value is b.value and a.failure() == b.failure()
            read = case.values[1].values if case.values and case.values[1] else {}
            first, second = read.get(a.id), read.get(b.id)
            return bool(
                first and second and first.value and second.value and equal(first.value, second.value, item.tolerance)
            )
        case _:
            assert_never(item)

"""Item and evidence -> conclusion. Pure.

Invariant: proved means that nothing was found, in any instance, any context and under any seed, by a judge that
looked at the premise and at every option of each. The order of options never matters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from quizkit.bank.expand import instances
from quizkit.model.bank import Instance, Path
from quizkit.model.evidence import Evidence, Value
from quizkit.model.failure import Fails
from quizkit.model.item import ClaimItem, DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.model.option import DiagnosisOption, Option
from quizkit.model.verdict import Finding, FindingKind, Reason, Status
from quizkit.proof.alike import twins
from quizkit.proof.case import Case, Record, admissible, cases
from quizkit.proof.compare import equal
from quizkit.proof.plan import Role
from quizkit.proof.premise import false_premise, main_evidence, premise_details
from quizkit.proof.standing import (
    Doubt,
    Standing,
    describe_raise,
    doubt_about,
    ending,
    joined,
    meets,
    of_claim,
    of_output,
    of_program,
)
from quizkit.proof.variance import Tried, differences, table

_FACT_TOLERANCE: Final = 1e-4
_KEY_REMEDY: Final = "correct the key, or the option"
_REASON_REMEDY: Final = "mend the option, or declare in `fails` how it fails"
_TRUTH_REMEDY: Final = "mend the option, so that what it says can be evaluated and is false"
_TWIN_REMEDY: Final = "remove it, or let it say something else"
_NEAR_REMEDY: Final = f"{_TWIN_REMEDY}; numbers that are to differ by less need a smaller `tolerance`"
_MORE: Final[Mapping[Reason, str]] = {
    Reason.TIMED_OUT: "let it do less, or raise limits.cpu_seconds",
    Reason.OUT_OF_MEMORY: "let it hold less, or raise limits.memory_mib",
    Reason.BLOCKED: "let it do without; if it only writes files, add `requires: [scratch]`",
}
"""What an author can do about it where an item meets a bound of the sandbox."""
_LESS: Final = "let it do with less: a fact has no limits of its own to raise"
_REMARK: Final = Standing(False, False, "no cure", ("a true remark is no cause: it has no cure that was tried",))


@dataclass(frozen=True)
class Judgement:
    """What the judge concludes, before places and counts are added."""

    status: Status
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class _Subject:
    """What a finding is about."""

    instance: str
    path: Path
    option: str | None = None
    shown: str = ""

    def finding(
        self,
        kind: FindingKind | Reason,
        what: str,
        case: Case | None = None,
        details: tuple[str, ...] = (),
        remedy: str = "",
    ) -> Finding:
        """Return a finding on this, made in a case if it is about one."""
        return Finding(
            kind=kind,
            what=what,
            instance=self.instance,
            option=self.option,
            shown=self.shown,
            context=case.context if case else "",
            seed=case.seed if case else None,
            details=details,
            remedy=remedy,
            path=self.path,
        )

    def undecided(self, doubt: Doubt, case: Case) -> Finding:
        """Return the finding that nothing is known of this."""
        return self.finding(doubt.reason, doubt.why, case, remedy=_MORE.get(doubt.reason, ""))


def judge_item(item: Item, records: Iterable[Record]) -> Judgement:
    """Return the conclusion on an item, from everything that was planned for it and what came back."""
    known = list(records)
    return judgement(found for instance in instances(item) for found in _judge_instance(instance, item.id, known))


def judgement(findings: Iterable[Finding]) -> Judgement:
    """Return the conclusion that findings lead to, refuting ones first."""
    found = tuple(sorted(findings, key=lambda finding: isinstance(finding.kind, Reason)))
    if any(isinstance(finding.kind, FindingKind) for finding in found):
        return Judgement(Status.REFUTED, found)
    return Judgement(Status.UNDECIDED if found else Status.PROVED, found)


def _judge_instance(instance: Instance, item_id: str, records: list[Record]) -> Iterator[Finding]:
    """Yield everything found on one instance: the premise first, and if that is false nothing else."""
    tried = cases(instance, records)
    name = instance.id if instance.id != item_id else ""
    premise = _judge_premise(tried, name)
    yield from premise
    if all(found.kind is not FindingKind.FALSE_PREMISE for found in premise):
        yield from _judge_options(instance.item, tried, name)


# The premise


def _judge_premise(tried: list[Case], instance: str) -> list[Finding]:
    """Return, for each context, that the stem's situation does not occur in it or that this is unknown."""
    found: dict[tuple[FindingKind | Reason, str], Finding] = {}
    for case in tried:
        subject = _Subject(instance, ("premise",) if isinstance(case.item, DiagnosisItem) else ("given",))
        evidence = main_evidence(case)
        if (doubt := doubt_about(evidence)) is not None:
            finding = subject.undecided(doubt, case)
        elif (what := false_premise(case.item, evidence)) is not None:
            finding = subject.finding(FindingKind.FALSE_PREMISE, what, case, premise_details(case.item, evidence))
        else:
            continue
        found.setdefault((finding.kind, case.context), finding)
    return list(found.values())


# The options


def _judge_options(item: Item, tried: list[Case], instance: str) -> Iterator[Finding]:
    standings = [(case, _standings(case)) for case in tried]
    alike = twins(item, tried[0].evidence(Role.VALUES))
    truths: set[bool | None] = set()
    findings: list[Finding] = []
    for index, option in enumerate(_options(item)):
        subject = _Subject(instance, ("options", index), option.id, option.shown())
        own = [(case, standing[option.id]) for case, standing in standings]
        truths |= {standing.holds for _, standing in own}
        found = list(_judge_option(item, subject, own))
        if option.id in alike:
            # Whatever else is wrong with it is wrong with the option it repeats.
            what = f"{option.id} says the same as the keyed option {alike[option.id]}"
            remedy = _NEAR_REMEDY if isinstance(item, OutputItem) else _TWIN_REMEDY
            yield subject.finding(FindingKind.INDISTINGUISHABLE, what, remedy=remedy)
            found = [each for each in found if isinstance(each.kind, Reason)]
        findings += found
    if truths == {item.negated}:
        yield _none_is_right(item, standings[0], instance)
        findings = [each for each in findings if each.kind is not FindingKind.KEY_FAILS]
    yield from (_with_table(each, standings) for each in findings)


def _options(item: Item) -> tuple[Option, ...]:
    return item.options


def _standings(case: Case) -> dict[str, Standing]:
    """Return how every option stands in a case."""
    item, program = case.item, main_evidence(case)

    def said(option: str, claim: str | None) -> list[Standing]:
        return [] if claim is None else [of_claim(case.evidence(Role.CLAIM, option), claim, program)]

    def tried(option: DiagnosisOption, premise: Fails | None) -> list[Standing]:
        if option.cure is None:
            return [_REMARK] if item.should_hold(option.id) else []
        declared = option.fails if option.fails is not None else premise
        return [of_program(case.evidence(Role.CURE, option.id), item.expect, declared)]

    match item:
        case SnippetItem():
            return {
                option.id: of_program(case.evidence(Role.OPTION, option.id), item.expect, option.fails)
                for option in item.options
            }
        case OutputItem():
            values = case.evidence(Role.VALUES)
            return {
                option.id: joined(of_output(item, option, program, values), *said(option.id, option.claim))
                for option in item.options
            }
        case DiagnosisItem():
            return {
                option.id: joined(*tried(option, item.premise), *said(option.id, option.claim))
                for option in item.options
            }
        case ClaimItem():
            return {option.id: joined(*said(option.id, option.claim)) for option in item.options}
        case _:
            assert_never(item)


def _judge_option(item: Item, subject: _Subject, own: Tried) -> Iterator[Finding]:
    """Yield everything found on one option. That its truth differs takes the place of that it is wrong."""
    option = str(subject.option)
    doubtful = next(((case, each.doubt) for case, each in own if each.doubt is not None), None)
    if doubtful is not None:
        yield subject.undecided(doubtful[1], doubtful[0])
    known = [(case, standing) for case, standing in own if standing.holds is not None]
    truths = {standing.holds for _, standing in known}
    if len(truths) > 1:
        for kind, what, details, remedy in differences(known):
            yield subject.finding(kind, f"{option} {what}", details=details, remedy=remedy)
    elif truths == {not item.should_hold(option)}:
        yield _wrong_truth(item, subject, *known[0])
    else:
        for case, standing in known:
            if not standing.holds and not standing.as_declared:
                what = f"{option} fails, but not as declared: {standing.what}"
                declared = (f"declared: {standing.declared}",) if standing.declared else ()
                details = (*standing.details, *declared)
                remedy = _REASON_REMEDY if isinstance(item, SnippetItem | DiagnosisItem) else _TRUTH_REMEDY
                yield subject.finding(FindingKind.WRONG_REASON, what, case, details, remedy)
                return


def _wrong_truth(item: Item, subject: _Subject, case: Case, standing: Standing) -> Finding:
    is_keyed = subject.option in item.key
    kind = FindingKind.KEY_FAILS if is_keyed else FindingKind.DISTRACTOR_HOLDS
    who = f"the {'keyed option' if is_keyed else 'distractor'} {subject.option}"
    does = "holds" if standing.holds else f"does not hold: {standing.what}"
    why = " (the stem asks which do not hold)" if item.negated else ""
    return subject.finding(kind, f"{who} {does}{why}", case, standing.details, _KEY_REMEDY)


def _none_is_right(item: Item, first: tuple[Case, Mapping[str, Standing]], instance: str) -> Finding:
    case, standings = first
    what = "every option holds (the stem asks which do not hold)" if item.negated else "no option holds"
    details: list[str] = []
    for option, standing in standings.items():
        measured = [f"  {line}" for line in standing.details] if option in item.key else []
        details += [f"{option}: {standing.what}", *measured]
    return _Subject(instance, ("key",)).finding(FindingKind.NONE_HOLDS, what, case, tuple(details), _KEY_REMEDY)


def _with_table(finding: Finding, standings: Sequence[tuple[Case, Mapping[str, Standing]]]) -> Finding:
    """Return the finding, with contexts or seeds against options if that is what it is about."""
    if finding.kind not in (FindingKind.CONTEXT_DEPENDENT, FindingKind.NONDETERMINISTIC):
        return finding
    rows = table(standings, by_seed=finding.kind is FindingKind.NONDETERMINISTIC)
    return finding.model_copy(update={"table": rows})


# Facts


def judge_fact(records: Iterable[Record]) -> Judgement:
    """Return the conclusion on a fact: it has one value that can be quoted, and not that of its contrast."""
    findings: list[Finding] = []
    values: list[tuple[int, Value]] = []
    others: list[Value] = []
    subject, contrast = _Subject("", ("value",)), _Subject("", ("differs_from",))
    for planned, came_back in records:
        evidence = admissible(planned.probe, came_back)
        found = _fact_value(evidence)
        if isinstance(found, Value):
            if planned.role is Role.CONTRAST:
                others.append(found)
            else:
                values.append((planned.probe.seed, found))
            continue
        kind, what, details = found
        about = contrast if planned.role is Role.CONTRAST else subject
        finding = about.finding(kind, what, details=details, remedy=_LESS if kind in _MORE else "")
        findings.append(finding.model_copy(update={"seed": planned.probe.seed}))
    if any(not equal(values[0][1], value, _FACT_TOLERANCE) for _, value in values[1:]):
        what = "the fact differs from seed to seed"
        details = tuple(f"seed {seed}: {value.text}" for seed, value in values)
        findings.append(subject.finding(FindingKind.NONDETERMINISTIC, what, details=details))
    if any(equal(value, other, _FACT_TOLERANCE) for _, value in values for other in others):
        what = "the fact has the value of the one it must differ from"
        details = (f"both are {values[0][1].brief()}",)
        findings.append(contrast.finding(FindingKind.INDISTINGUISHABLE, what, details=details))
    if not findings and not values:
        findings.append(subject.finding(Reason.SANDBOX_FAILED, "no probe was run"))
    return judgement(findings)


def _fact_value(evidence: Evidence) -> Value | tuple[FindingKind | Reason, str, tuple[str, ...]]:
    """Return the value, or what is wrong with it: kind, what, details."""
    if (doubt := doubt_about(evidence)) is not None:
        return doubt.reason, doubt.why, ()
    read = evidence.observe
    raised = evidence.raised or (read.raised if read is not None else None)
    if not meets(evidence) or read is None or read.value is None or raised is not None:
        told = describe_raise(raised) if raised is not None else f"the program ended as {ending(evidence)}"
        return FindingKind.FALSE_PREMISE, "the fact has no value", (told,)
    if not read.value.is_complete:
        why = f"it is a {read.value.type}, or too large, and no lesson can quote it"
        return FindingKind.FALSE_PREMISE, "the fact is no plain value", (why,)
    return read.value

"""Item and evidence -> conclusion. Pure.

Invariant: proved means that nothing was found, in any instance, any context and under any seed, by a judge that
looked at the premise and at every option of each. The order of options never matters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, assert_never

from quizkit.bank.expand import instances
from quizkit.model.bank import Instance
from quizkit.model.failure import Fails
from quizkit.model.item import ClaimItem, DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.model.option import DiagnosisOption, Option
from quizkit.model.verdict import Finding, FindingKind, Reason
from quizkit.proof.alike import twins
from quizkit.proof.case import Case, Record, cases
from quizkit.proof.judgement import About, Judgement, judgement
from quizkit.proof.plan import Role
from quizkit.proof.premise import false_premise, main_evidence, premise_details
from quizkit.proof.standing import (
    Standing,
    doubt_about,
    joined,
    of_claim,
    of_output,
    of_program,
)
from quizkit.proof.variance import Tried, differences, table

_KEY_REMEDY: Final = "correct the key, or the option"
_REASON_REMEDY: Final = "mend the option, or declare in `fails` how it fails"
_TRUTH_REMEDY: Final = "mend the option, so that what it says can be evaluated and is false"
_TWIN_REMEDY: Final = "remove it, or let it say something else"
_NEAR_REMEDY: Final = f"{_TWIN_REMEDY}; numbers that are to differ by less need a smaller `tolerance`"
_REMARK: Final = Standing(False, False, "no cure", ("a true remark is no cause: it has no cure that was tried",))


def judge_item(item: Item, records: Iterable[Record]) -> Judgement:
    """Return the conclusion on an item, from everything that was planned for it and what came back."""
    known = list(records)
    return judgement(found for instance in instances(item) for found in _judge_instance(instance, item.id, known))


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
        subject = About(instance, ("premise",) if isinstance(case.item, DiagnosisItem) else ("given",))
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
        subject = About(instance, ("options", index), option.id, option.shown())
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


def _judge_option(item: Item, subject: About, own: Tried) -> Iterator[Finding]:
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


def _wrong_truth(item: Item, subject: About, case: Case, standing: Standing) -> Finding:
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
    return About(instance, ("key",)).finding(FindingKind.NONE_HOLDS, what, case, tuple(details), _KEY_REMEDY)


def _with_table(finding: Finding, standings: Sequence[tuple[Case, Mapping[str, Standing]]]) -> Finding:
    """Return the finding, with contexts or seeds against options if that is what it is about."""
    if finding.kind not in (FindingKind.CONTEXT_DEPENDENT, FindingKind.NONDETERMINISTIC):
        return finding
    rows = table(standings, by_seed=finding.kind is FindingKind.NONDETERMINISTIC)
    return finding.model_copy(update={"table": rows})

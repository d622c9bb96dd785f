"""A proved item as a learner meets it: each option with what happened when it was run. Pure.

Invariant: what is told is the evidence that the verdict rests on, and an item without a verdict of proved is refused.
"""

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from quizkit.bank.expand import cured, instances, splice
from quizkit.model.bank import Instance
from quizkit.model.evidence import Checked, Evidence, Outcome, Raise
from quizkit.model.item import DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.model.option import DiagnosisOption, Option, OutputOption
from quizkit.model.served import Check, OptionEvidence, ServedItem, ServedOption
from quizkit.model.verdict import Status, Verdict
from quizkit.proof.case import Case, Record, cases
from quizkit.proof.compare import normalised
from quizkit.proof.plan import Planned, Role
from quizkit.proof.premise import main_evidence
from quizkit.proof.standing import describe_raise, ending, of_output

_BLANK: Final = "____"
_PROBE_PARTS: Final = {"parts", "expectations", "claim", "observe", "values"}


def served_items(
    item: Item, pattern: str, verdict: Verdict, records: Iterable[Record], environment: str
) -> Iterator[ServedItem]:
    """Yield every instance of an item, with what its options gave; nothing unless the verdict is proved.

    `environment` is the id of the one that is installed now.
    """
    if verdict.status is not Status.PROVED:
        return
    known = list(records)
    environments = tuple(sorted({evidence.environment for _, evidence in known if evidence is not None}))
    proof = {
        "pattern": pattern,
        "digest": program_digest(item, (planned for planned, _ in known)),
        "environments": environments,
        "is_proved_here": environments == (environment,),
        "notes": verdict.notes,
    }
    for instance in instances(item):
        yield _served(instance, first_cases(cases(instance, known)), proof)


def program_digest(item: Item, planned: Iterable[Planned]) -> str:
    """Return a digest of what a key rests on: programs, expressions, the key. Prose, prelude, seeds do not count."""
    probes = {
        (each.instance, each.context, each.role, each.option or ""): each.probe.model_dump(include=_PROBE_PARTS)
        for each in planned
    }
    facts = [sorted(item.key), item.negated, sorted((list(name), probe) for name, probe in probes.items())]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=True).encode()).hexdigest()[:16]


def first_cases(every: Iterable[Case]) -> list[Case]:
    """Return one case of each context, under its first seed."""
    found: dict[str, Case] = {}
    for case in every:
        found.setdefault(case.context, case)
    return list(found.values())


def _served(instance: Instance, every: list[Case], proof: Mapping[str, Any]) -> ServedItem:
    item = instance.item
    return ServedItem(
        **proof,
        id=instance.id,
        item=item.id,
        kind=item.kind,
        difficulty=item.difficulty,
        concepts=item.concepts,
        stem=item.stem,
        given=splice(item.given, _BLANK) if isinstance(item, SnippetItem) else item.given,
        stages=tuple(item.then.items()),
        premise=_merged(_premise(case) for case in every) if isinstance(item, DiagnosisItem) else (),
        options=tuple(_option(item, option, every) for option in item.options),
        is_shuffled=item.shuffle,
        hints=item.hints,
        steps=item.steps,
        quick_check=item.quick_check or "",
    )


def _option(item: Item, option: Option, every: list[Case]) -> ServedOption:
    is_code = isinstance(item, SnippetItem) or (
        isinstance(option, OutputOption) and option.text is None and option.value is not None
    )
    cure = option.cure if isinstance(option, DiagnosisOption) else None
    return ServedOption(
        id=option.id,
        text=option.shown(),
        is_code=is_code,
        is_right=option.id in item.key,
        holds=item.should_hold(option.id),
        rationale=option.rationale,
        cure=_diff(item.given, cured(item.given, cure)) if cure else "",
        evidence=_merged(told for case in every for told in _told(case, option.id)),
    )


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _merged(every: Iterable[OptionEvidence]) -> tuple[OptionEvidence, ...]:
    """Return evidence that is the same in several contexts once, naming them all."""
    found: dict[OptionEvidence, list[str]] = {}
    for each in every:
        found.setdefault(each.model_copy(update={"contexts": ()}), []).extend(each.contexts)
    return tuple(each.model_copy(update={"contexts": tuple(contexts)}) for each, contexts in found.items())


# What one option gave in one case


def _told(case: Case, option_id: str) -> Iterator[OptionEvidence]:
    """Yield what was run for an option: its code, its cure, its claim, or the program it speaks of."""
    item = case.item
    option = next(each for each in item.options if each.id == option_id)
    match item:
        case SnippetItem():
            yield _of_program(case, case.evidence(Role.OPTION, option_id), "", item.expect)
        case DiagnosisItem() if isinstance(option, DiagnosisOption) and option.cure is not None:
            yield _of_program(case, case.evidence(Role.CURE, option_id), "cure", item.expect)
        case OutputItem() if isinstance(option, OutputOption):
            yield _of_output(case, item, option)
    if (claim := getattr(option, "claim", None)) is not None:
        yield _of_claim(case, case.evidence(Role.CLAIM, option_id), claim)


def _premise(case: Case) -> OptionEvidence:
    return _of_program(case, main_evidence(case), "", case.item.expect)


def _evidence(case: Case, evidence: Evidence, about: str, checks: Iterable[Check]) -> OptionEvidence:
    return OptionEvidence(
        about=about,
        contexts=(case.context,) if case.context else (),
        outcome=evidence.outcome,
        raised=_steady(evidence.raised),
        checks=tuple(checks),
        stdout=evidence.stdout,
    )


def _steady(raised: Raise | None) -> Raise | None:
    """Return an exception without what differs from run to run, as a lock has it."""
    return raised.model_copy(update={"message": normalised(raised.message)}) if raised is not None else None


def _of_program(case: Case, evidence: Evidence, about: str, expect: Mapping[str, str]) -> OptionEvidence:
    checks = (
        _check(name, source, evidence.expectations[name])
        for name, source in expect.items()
        if name in evidence.expectations
    )
    return _evidence(case, evidence, about, checks)


def _of_claim(case: Case, evidence: Evidence, claim: str) -> OptionEvidence:
    checks = () if evidence.claim is None else (_check("claim", claim, evidence.claim),)
    return _evidence(case, evidence, "claim", checks)


def _of_output(case: Case, item: OutputItem, option: OutputOption) -> OptionEvidence:
    """Return the one run of the program, and what an option says it gives."""
    program, values = case.evidence(Role.PROGRAM), case.evidence(Role.VALUES)
    wanted = option.value or f"{option.raises} during {option.during}"
    if program.outcome is Outcome.RAISED and program.raised is not None:
        got = describe_raise(program.raised)
    elif item.observe is None:
        got = program.stdout.strip() or "nothing was printed"
    else:
        value = program.observe.value if program.observe is not None else None
        got = value.text if value is not None else ending(program)
    check = Check(
        name="value" if option.value is not None else "raises",
        source=item.observe or "stdout",
        wanted=wanted,
        got=got,
        holds=of_output(item, option, program, values).holds,
    )
    return _evidence(case, program, "", [check])


def _check(name: str, source: str, checked: Checked) -> Check:
    if checked.raised is not None:
        got = describe_raise(checked.raised)
    elif checked.holds is not None:
        got = str(checked.holds)
    else:
        got = f"{checked.got.text} ({checked.got.type})" if checked.got is not None else "nothing"
    # That a module is a module says nothing to a learner.
    told = (part for part in checked.sub_values if not part.value.text.startswith("<"))
    parts = tuple((part.source, part.value.brief()) for part in told)
    return Check(name=name, source=source, wanted="True", got=got, holds=checked.holds, parts=parts)

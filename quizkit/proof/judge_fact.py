"""Fact and evidence -> conclusion. Pure.

Invariant: a proved fact has one value, whatever the seed, and it can be quoted.
"""

from collections.abc import Iterable
from typing import Final

from quizkit.model.evidence import Evidence, Value
from quizkit.model.verdict import Finding, FindingKind, Reason
from quizkit.proof.case import Record, admissible
from quizkit.proof.compare import equal
from quizkit.proof.judgement import MORE, About, Judgement, judgement
from quizkit.proof.plan import Role
from quizkit.proof.standing import describe_raise, doubt_about, ending, meets

_TOLERANCE: Final = 1e-4
_LESS: Final = "let it do with less: a fact has no limits of its own to raise"


def judge_fact(records: Iterable[Record]) -> Judgement:
    """Return the conclusion on a fact: it has one value that can be quoted, and not that of its contrast."""
    findings: list[Finding] = []
    values: list[tuple[int, Value]] = []
    others: list[Value] = []
    subject, contrast = About("", ("value",)), About("", ("differs_from",))
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
        finding = about.finding(kind, what, details=details, remedy=_LESS if kind in MORE else "")
        findings.append(finding.model_copy(update={"seed": planned.probe.seed}))
    if any(not equal(values[0][1], value, _TOLERANCE) for _, value in values[1:]):
        what = "the fact differs from seed to seed"
        details = tuple(f"seed {seed}: {value.text}" for seed, value in values)
        findings.append(subject.finding(FindingKind.NONDETERMINISTIC, what, details=details))
    if any(equal(value, other, _TOLERANCE) for _, value in values for other in others):
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

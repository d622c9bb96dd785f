"""How one option stands in one execution: does it hold, and if not, does it fail as declared? Pure.

Invariant: `holds` is true only on evidence of a program that ran to its end (or raised, for an output option
that says so), and an undeclared raise never counts as failing as declared.
"""

import re
from dataclasses import dataclass
from typing import assert_never

from quizkit.model.evidence import Checked, Evidence, Outcome, Raise, Value
from quizkit.model.item import DiagnosisOption, Failure, OutputItem, OutputOption
from quizkit.model.probe import Probe
from quizkit.model.verdict import Reason
from quizkit.proof.compare import equal, normalised, says


@dataclass(frozen=True)
class Standing:
    """How an option, or one thing it says, stands under the evidence."""

    holds: bool | None
    """None: undecided."""
    as_declared: bool = False
    """If it does not hold: it fails the way the author declares."""
    what: str = ""
    """What happened, in a few words; stands in tables."""
    details: tuple[str, ...] = ()
    """What was measured, a line each."""
    reason: Reason | None = None
    """Why it is undecided."""


_REASONS = {
    Outcome.TIMED_OUT: Reason.TIMED_OUT,
    Outcome.OUT_OF_MEMORY: Reason.OUT_OF_MEMORY,
    Outcome.CRASHED: Reason.CRASHED,
    Outcome.BLOCKED: Reason.BLOCKED,
    Outcome.SANDBOX_FAILED: Reason.SANDBOX_FAILED,
    Outcome.NEEDS_ENVIRONMENT: Reason.NEEDS_ENVIRONMENT,
}


def undecided(evidence: Evidence | None) -> Standing | None:
    """Return the standing if the evidence decides nothing; missing evidence is a fault of ours."""
    if evidence is None:
        return Standing(None, what="not run", details=("no evidence came back",), reason=Reason.SANDBOX_FAILED)
    reason = _REASONS.get(evidence.outcome)
    if reason is None:
        return None
    return Standing(None, what=reason.value, details=(evidence.reason or reason.value,), reason=reason)


def matches(failure: Failure, raised: Raise | None) -> bool:
    """Say whether an exception is the declared one: exact class name, phase, and `match` if given."""
    if raised is None or raised.phase != failure.during:
        return False
    if failure.raises.rpartition(".")[2] != raised.type:
        return False
    return failure.match is None or re.search(failure.match, normalised(raised.message)) is not None


def fails_as(declared: Failure | str, evidence: Evidence) -> bool:
    """Say whether a program failed as declared: by a raise, or by a named expectation that ran and is False."""
    match declared:
        case Failure():
            return matches(declared, evidence.raised) or any(
                matches(declared, checked.raised) for checked in evidence.expectations.values()
            )
        case str():
            checked = evidence.expectations.get(declared)
            return evidence.outcome is Outcome.RETURNED and checked is not None and checked.holds is False
        case _:
            assert_never(declared)


def of_program(evidence: Evidence | None, probe: Probe, declared: Failure | str | None) -> Standing:
    """Return how an option stands that holds iff its program returns and meets every expectation."""
    if (unknown := undecided(evidence)) is not None or evidence is None:
        return unknown or Standing(None, reason=Reason.SANDBOX_FAILED)
    details = tuple(program_details(evidence, probe))
    as_declared = declared is not None and fails_as(declared, evidence)
    if evidence.outcome is not Outcome.RETURNED:
        return Standing(False, as_declared, _ending(evidence), details)
    truths = {name: evidence.expectations.get(name, Checked()) for name in probe.expectations}
    if not truths:
        return Standing(False, False, "nothing expected", ("the item expects nothing",))
    if all(checked.holds is True for checked in truths.values()):
        return Standing(True, what="holds", details=details)
    if declared is None:
        as_declared = all(checked.holds is not None for checked in truths.values())
    failing = [name for name, checked in truths.items() if checked.holds is not True]
    return Standing(False, as_declared, f"not {', not '.join(failing)}", details)


def of_claim(evidence: Evidence | None, probe: Probe) -> Standing:
    """Return how a claim stands: true, false, or not a boolean at all."""
    if (unknown := undecided(evidence)) is not None or evidence is None:
        return unknown or Standing(None, reason=Reason.SANDBOX_FAILED)
    checked = evidence.claim or Checked()
    details = tuple(checked_details("claim", probe.claim or "", checked))
    if evidence.claim is None:
        return Standing(False, False, _ending(evidence), (f"the claim was not evaluated: {_ending(evidence)}",))
    what = {True: "true", False: "false", None: "no boolean"}[checked.holds]
    return Standing(checked.holds is True, checked.holds is False, what, details)


def of_output(item: OutputItem, option: OutputOption, program: Evidence | None, values: Evidence | None) -> Standing:
    """Return how an output option's value or raise stands; its claim, if it has one, stands by itself."""
    if (unknown := undecided(program)) is not None or program is None:
        return unknown or Standing(None, reason=Reason.SANDBOX_FAILED)
    if (failure := option.failure()) is not None:
        return _of_stated_raise(failure, program)
    if (unknown := undecided(values)) is not None or values is None:
        return unknown or Standing(None, reason=Reason.SANDBOX_FAILED)
    if program.outcome is not Outcome.RETURNED:
        declared = any(
            (other.failure() is not None and matches(_failure(other), program.raised))
            for other in item.options
            if item.should_hold(other.id)
        )
        return Standing(False, declared, _ending(program), tuple(_raise_details(program)))
    read = values.values.get(option.id)
    if read is None or read.value is None:
        told = describe_raise(read.raised) if read and read.raised else "it gave nothing"
        return Standing(False, False, "no value", (f"the option's value cannot be evaluated: {told}",))
    return _of_value(item, program, read.value)


def _failure(option: OutputOption) -> Failure:
    failure = option.failure()
    assert failure is not None
    return failure


def _of_stated_raise(failure: Failure, program: Evidence) -> Standing:
    details = tuple(_raise_details(program)) or (f"the program ran to its end and printed {program.stdout!r}",)
    holds = matches(failure, program.raised)
    return Standing(holds, not holds, _ending(program), details)


def _of_value(item: OutputItem, program: Evidence, value: Value) -> Standing:
    if not value.is_complete:
        why = f"the option's value is a {value.type}, which cannot be compared"
        return Standing(False, False, "no value", (why,))
    if item.observe is None:
        holds = says(program.printed, program.stdout, value, item.tolerance)
        details = (f"printed: {program.stdout.strip() or 'nothing'}", f"option:  {value.text}")
        return Standing(holds, not holds, "equal" if holds else "different", details)
    observed = program.observe.value if program.observe else None
    if observed is None:
        raised = program.observe.raised if program.observe else None
        told = describe_raise(raised) if raised else "it was not evaluated"
        return Standing(False, False, "nothing observed", (f"observe {item.observe}: {told}",))
    if not observed.is_complete:
        why = f"{item.observe} gives a {observed.type} that cannot be compared: observe something smaller"
        return Standing(False, False, "nothing observed", (why,))
    holds = equal(observed, value, item.tolerance)
    details = (f"{item.observe} -> {observed.text} ({observed.type})", f"option: {value.text} ({value.type})")
    return Standing(holds, not holds, "equal" if holds else "different", details)


def both(first: Standing, second: Standing) -> Standing:
    """Return how an option stands that says two things: it holds iff both do."""
    parts = (first, second)
    details = first.details + second.details
    what = " and ".join(part.what for part in parts)
    if any(part.holds is False and part.as_declared for part in parts):
        return Standing(False, True, what, details)
    if (open_part := next((part for part in parts if part.holds is None), None)) is not None:
        return open_part
    if any(part.holds is False for part in parts):
        return Standing(False, False, what, details)
    return Standing(True, what=what, details=details)


def declared_cure_failure(option: DiagnosisOption, premise: Failure | str | None) -> Failure | str | None:
    """Return how a cure that cures nothing still fails: as the option says, else as the premise does."""
    return option.fails if option.fails is not None else premise


def _ending(evidence: Evidence) -> str:
    if evidence.raised is not None:
        return f"{evidence.raised.type} during {evidence.raised.phase}"
    return evidence.outcome.value


def describe_raise(raised: Raise) -> str:
    """Return an exception in a line."""
    line = f", line {raised.line}" if raised.line is not None else ""
    message = f": {normalised(raised.message)}" if raised.message else ""
    return f"{raised.type} during {raised.phase}{line}{message}"


def _raise_details(evidence: Evidence) -> list[str]:
    if evidence.raised is not None:
        return [f"raised {describe_raise(evidence.raised)}"]
    return [f"{evidence.outcome.value}: {evidence.reason}"] if evidence.reason else []


def program_details(evidence: Evidence, probe: Probe) -> list[str]:
    """Return what a program did, a line each: its exception, or every expectation with what it was made of."""
    lines = _raise_details(evidence)
    for name, source in probe.expectations.items():
        if (checked := evidence.expectations.get(name)) is not None:
            lines += checked_details(name, source, checked)
    return lines


def checked_details(name: str, source: str, checked: Checked) -> list[str]:
    """Return what an expectation or claim gave: got and wanted, then its sub-values."""
    if checked.raised is not None:
        got = f"raised {describe_raise(checked.raised)}"
    elif checked.holds is None:
        got = f"got {checked.got.text} ({checked.got.type})" if checked.got else "got nothing"
        got += ", wanted a boolean: bool, numpy.bool_ or a 0-d bool tensor"
    else:
        got = f"is {checked.holds}"
    own = " ".join(source.split())
    return [
        f"{name}: {own} {got}",
        *(f"  {part.source} -> {part.value.text}" for part in checked.sub_values),
    ]

"""How an option stands in one case: does all it says hold, and if not, does it fail as declared? Pure.

Invariant: only a program that returned or raised says anything. What it raised without being declared, a check that
raised, and a check that is no boolean never count as failing as declared.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from quizkit.model.evidence import Checked, Evidence, Outcome, Raise, Value
from quizkit.model.failure import Failure
from quizkit.model.item import OutputItem
from quizkit.model.option import OutputOption
from quizkit.model.verdict import Reason
from quizkit.proof.compare import equal, normalised, says

_SHOWN_LIMIT: Final = 500


@dataclass(frozen=True)
class Doubt:
    """Why a probe decides nothing."""

    reason: Reason
    why: str


@dataclass(frozen=True)
class Standing:
    """How an option, or one thing it says, stands."""

    holds: bool | None
    """None: unknown."""
    as_declared: bool = False
    """If it does not hold: it fails the way the author declares."""
    what: str = ""
    """What happened, in a few words; stands in tables."""
    details: tuple[str, ...] = ()
    """What was measured, a line each."""
    doubt: Doubt | None = None
    """Why something it rests on is undecided; it may fail all the same."""
    declared: str = ""
    """How it is declared to fail, in words."""


_REASONS: Final = {
    Outcome.TIMED_OUT: Reason.TIMED_OUT,
    Outcome.OUT_OF_MEMORY: Reason.OUT_OF_MEMORY,
    Outcome.CRASHED: Reason.CRASHED,
    Outcome.BLOCKED: Reason.BLOCKED,
    Outcome.SANDBOX_FAILED: Reason.SANDBOX_FAILED,
    Outcome.NEEDS_ENVIRONMENT: Reason.NEEDS_ENVIRONMENT,
}


def doubt_about(evidence: Evidence) -> Doubt | None:
    """Return why the evidence decides nothing, if it does not."""
    reason = _REASONS.get(evidence.outcome)
    return None if reason is None else Doubt(reason, evidence.reason or reason.value)


def _unknown(doubt: Doubt) -> Standing:
    return Standing(None, what=doubt.reason.value, doubt=doubt)


def joined(first: Standing, *rest: Standing) -> Standing:
    """Return how an option stands that says several things: it holds iff all do, and fails as each part fails."""
    parts = (first, *rest)
    truths = [part.holds for part in parts]
    return Standing(
        holds=False if False in truths else None if None in truths else True,
        as_declared=all(part.as_declared for part in parts if part.holds is False),
        what=" and ".join(part.what for part in parts),
        details=tuple(line for part in parts for line in part.details),
        doubt=next((part.doubt for part in parts if part.doubt is not None), None),
        declared=next((part.declared for part in parts if part.declared), ""),
    )


# Declared failures


def matches(failure: Failure, raised: Raise) -> bool:
    """Say whether an exception is the declared one: exact class name, phase, and `match` if given."""
    if raised.phase != failure.during or raised.type != failure.raises.rpartition(".")[2]:
        return False
    return failure.match is None or re.search(failure.match, normalised(raised.message)) is not None


def fails_as(declared: Failure | str | None, evidence: Evidence) -> bool:
    """Say whether a program that does not hold fails as declared, and in no other way besides.

    By a raise; by a named expectation that ran and is False; or, with nothing declared, by any that is False.
    """
    if not evidence.is_decided:
        return False
    checks = evidence.expectations if evidence.outcome is Outcome.RETURNED else {}
    raises = [raised for raised in (evidence.raised, *(check.raised for check in checks.values())) if raised]
    if any(check.holds is None and check.raised is None for check in checks.values()):
        return False
    match declared:
        case Failure():
            return bool(raises) and all(matches(declared, raised) for raised in raises)
        case str():
            return not raises and declared in checks and checks[declared].holds is False
        case None:
            return not raises and bool(checks)
        case _:
            assert_never(declared)


def meets(evidence: Evidence) -> bool:
    """Say whether a program ran to its end and met every expectation."""
    return evidence.outcome is Outcome.RETURNED and all(
        check.holds is True and check.raised is None for check in evidence.expectations.values()
    )


# What each kind of option says


def of_program(evidence: Evidence, expect: Mapping[str, str], declared: Failure | str | None) -> Standing:
    """Return how code or a cure stands: it holds iff the program returns and meets every expectation."""
    if (doubt := doubt_about(evidence)) is not None:
        return _unknown(doubt)
    details = tuple(program_details(evidence, expect))
    if meets(evidence):
        return Standing(True, what="holds", details=details)
    what = ", ".join(_failing(evidence)) or ending(evidence)
    return Standing(False, fails_as(declared, evidence), what, details, declared=describe_declared(declared))


def of_claim(evidence: Evidence, claim: str, program: Evidence) -> Standing:
    """Return how a claim stands: true, false, or neither.

    It is evaluated in a run of its own; `program` is what the run without it gave. If the two ended otherwise, the
    claim is about another situation than the stem's.
    """
    if (doubt := doubt_about(evidence)) is not None:
        return _unknown(doubt)
    checked = evidence.claim
    if checked is None or not evidence.is_decided:
        return Standing(False, False, ending(evidence), (f"the claim was not evaluated: {ending(evidence)}",))
    if doubt_about(program) is None and not _ended_alike(evidence, program):
        told = f"evaluated after {ending(evidence)}, where the same program without it ended with {ending(program)}"
        return Standing(False, False, "another ending", (told,))
    details = tuple(check_details("claim", claim, checked))
    if checked.raised is not None:
        return Standing(False, False, f"{checked.raised.type} in the claim", details)
    what = {True: "true", False: "false", None: "no boolean"}[checked.holds]
    return Standing(checked.holds is True, checked.holds is False, what, details)


def of_output(item: OutputItem, option: OutputOption, program: Evidence, values: Evidence) -> Standing:
    """Return how the value or the raise that an option states stands; its claim stands by itself."""
    doubts = [doubt_about(program)] + [doubt_about(values)] * (option.value is not None)
    if (doubt := next((doubt for doubt in doubts if doubt is not None), None)) is not None:
        return _unknown(doubt)
    value = _stated(option.id, values) if option.value is not None else None
    if isinstance(value, str):
        return Standing(False, False, "no value", (value,))
    failure = option.failure()
    if program.raised is not None and program.outcome is Outcome.RAISED:
        stated = [each.failure() for each in item.options if item.should_hold(each.id)]
        is_declared = any(each is not None and matches(each, program.raised) for each in stated)
        holds = failure is not None and matches(failure, program.raised)
        return Standing(holds, is_declared, ending(program), tuple(program_details(program, {})))
    if program.outcome is not Outcome.RETURNED:
        return Standing(False, False, ending(program), tuple(program_details(program, {})))
    if value is None:
        told = f"the program ran to its end and printed: {_short(program.stdout) or 'nothing'}"
        return Standing(False, True, "returned", (told,))
    return _of_value(item, program, value)


def _stated(option: str, values: Evidence) -> Value | str:
    """Return the value an option states, or why it cannot be compared with anything."""
    read = values.values.get(option) if values.is_decided else None
    if read is None or read.value is None or read.raised is not None:
        told = describe_raise(read.raised) if read is not None and read.raised else ending(values)
        return f"the option's value cannot be evaluated: {told}"
    if not read.value.is_complete:
        why = f"it is a {read.value.type}, or too large"
        return f"the option's value cannot be compared: {why}; state less, or what is printed, as a string"
    return read.value


def _of_value(item: OutputItem, program: Evidence, value: Value) -> Standing:
    stated = f"option: {value.text} ({value.type})"
    if item.observe is None:
        if "stdout" in program.observed.cut_streams:
            return Standing(False, False, "too much printed", ("only the beginning of what was printed is kept",))
        holds = says(program.printed, program.stdout, value, item.tolerance)
        return _compared(holds, f"printed: {_short(program.stdout) or 'nothing'}", stated)
    read = program.observe
    if read is None or read.value is None or read.raised is not None:
        told = describe_raise(read.raised) if read is not None and read.raised else "it was not evaluated"
        return Standing(False, False, "nothing observed", (f"observe: {item.observe}: {told}",))
    if not read.value.is_complete:
        why = f"observe: {item.observe} gives a {read.value.type} that cannot be compared: observe something smaller"
        return Standing(False, False, "nothing observed", (why,))
    got = f"observed: {item.observe} -> {read.value.text} ({read.value.type})"
    return _compared(equal(read.value, value, item.tolerance), got, stated)


def _compared(holds: bool, got: str, stated: str) -> Standing:
    return Standing(holds, not holds, "equal" if holds else "different", (got, stated))


# In words


def ending(evidence: Evidence) -> str:
    """Return how a program ended, in a few words."""
    if evidence.outcome is Outcome.RAISED and evidence.raised is not None:
        return f"{evidence.raised.type} during {evidence.raised.phase}"
    return evidence.outcome.value


def _ended_alike(a: Evidence, b: Evidence) -> bool:
    return a.outcome is b.outcome and ending(a) == ending(b)


def _failing(evidence: Evidence) -> Iterator[str]:
    for name, check in evidence.expectations.items() if evidence.outcome is Outcome.RETURNED else ():
        if check.raised is not None:
            yield f"{check.raised.type} in {name}"
        elif check.holds is not True:
            yield f"not {name}" if check.holds is False else f"{name} is no boolean"


def describe_raise(raised: Raise) -> str:
    """Return an exception in a line."""
    line = f", line {raised.line}" if raised.line is not None else ""
    message = f": {normalised(raised.message)}" if raised.message else ""
    return f"{raised.type} during {raised.phase}{line}{message}"


def describe_declared(declared: Failure | str | None) -> str:
    """Return a declared failure in a line."""
    match declared:
        case Failure():
            match = f", with a message that matches `{declared.match}`" if declared.match is not None else ""
            return f"{declared.raises} during {declared.during}{match}"
        case str():
            return f"{declared} is False, and nothing raises"
        case None:
            return "nothing, so it must run to its end and an expectation be False, and nothing raises"
        case _:
            assert_never(declared)


def program_details(evidence: Evidence, expect: Mapping[str, str]) -> Iterator[str]:
    """Yield what a program did, a line each: its exception, or every expectation with what it was made of."""
    if evidence.raised is not None:
        yield f"raised {describe_raise(evidence.raised)}"
    elif evidence.outcome is not Outcome.RETURNED:
        yield f"{evidence.outcome.value}: {evidence.reason or 'it ended itself'}"
    for name, source in expect.items():
        if (check := evidence.expectations.get(name)) is not None:
            yield from check_details(name, source, check)


def check_details(name: str, source: str, check: Checked) -> Iterator[str]:
    """Yield what an expectation or claim gave: what was wanted and what it got, then its sub-values."""
    if check.raised is not None:
        got = f"raised {describe_raise(check.raised)}"
    elif check.holds is not None:
        got = f"-> {check.holds}"
    else:
        got = f"-> {_short(check.got.text)} ({check.got.type})" if check.got else "-> nothing"
        got += ", wanted a boolean: bool, numpy.bool_ or a 0-d bool tensor"
    yield f"{name}: {' '.join(source.split())} {got}"
    for part in check.sub_values:
        yield f"  {part.source} -> {_short(part.value.brief())}"


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _SHOWN_LIMIT else f"{text[: _SHOWN_LIMIT - 1]}…"

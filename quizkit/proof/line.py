"""One line of a proofs.lock: what is kept of a probe's evidence, and when two lines say the same. Pure.

Invariant: what the judge compares (stated, observed and printed values, exceptions) is kept as exactly as it takes to
judge a line; what is only told (the values behind an expectation) is kept as far as it is the same on every machine.
"""

import hashlib
import math
import re
from enum import Enum, auto
from functools import lru_cache
from typing import Any, Final

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Probe
from quizkit.proof.compare import normalised

_RELATIVE_TOLERANCE: Final = 1e-3
_TOLD_DIGITS: Final = 4
_COMPARED_DIGITS: Final = 9
"""As many as it takes to tell two single-precision numbers apart."""
_TEXT_LIMIT: Final = 400
_STDOUT_LIMIT: Final = 2000
_SHOWN_LIMIT: Final = 120
_ADDRESS_LIKE: Final = 10**9
"""Integers from here on are not told: `id(x)` and `x.data_ptr()` are addresses, and `hash(x)` differs every time."""
_LONG: Final = re.compile(r"(?<![\w.])\d{10,}(?![\w.])")
_FLOAT: Final = re.compile(r"(?<![\w.])(?:\d+\.\d*(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)(?![\w.])")

Line = dict[str, Any]
"""A line of the lock, as JSON has it."""


class _Use(Enum):
    """What a value is in a line for."""

    STATED = auto()
    """An option's value: printed text may be compared with its text, too."""
    MEASURED = auto()
    """Compared with stated values, by its numbers."""
    TOLD = auto()
    """Read by people."""


_USES: Final = {
    "values": _Use.STATED,
    "observe": _Use.MEASURED,
    "printed": _Use.MEASURED,
    "raised": _Use.TOLD,
    "expectations": _Use.TOLD,
    "claim": _Use.TOLD,
    "drew_random": _Use.TOLD,
    "stub_weights": _Use.TOLD,
}


def line_of(probe: Probe, evidence: Evidence) -> Line:
    """Return the lock's line for the evidence of a probe."""
    kept = evidence.model_dump(mode="json", exclude_defaults=True, include=set(_USES))
    line: Line = {"digest": evidence.digest, "environment": evidence.environment, "outcome": evidence.outcome.value}
    line |= {name: _stable(part, _USES[name]) for name, part in kept.items()}
    if probe.reads_stdout and evidence.outcome is Outcome.RETURNED and evidence.stdout:
        line["stdout"] = _short(evidence.stdout, _STDOUT_LIMIT)
    return line


def _stable(part: Any, use: _Use) -> Any:
    """Return JSON with its exceptions normalised and of its values what their use needs."""
    match part:
        case {"type": str(), "message": str(message), "phase": str()}:
            # The whole message, for `match` may be found anywhere in it.
            return {"type": part["type"], "phase": part["phase"], "message": normalised(message)}
        case {"type": str(), "text": str()}:
            return _value(part, use)
        case dict():
            return {key: _stable(inner, use) for key, inner in part.items()}
        case list():
            return [_stable(inner, use) for inner in part]
        case _:
            return part


def _value(value: Line, use: _Use) -> Line:
    kept = {**value}
    if "items" in value:
        kept["items"] = [_value(item, use) for item in value["items"]]
    if use is not _Use.STATED:
        kept["text"] = _short(_steady(value["text"]), _TEXT_LIMIT)
    if use is _Use.TOLD:
        return _told(kept)
    if "scalar" in value:
        kept["scalar"] = _rounded(value["scalar"], _COMPARED_DIGITS)
    if "numbers" in value:
        kept["numbers"] = [_rounded(number, _COMPARED_DIGITS) for number in value["numbers"]]
    return kept


def _told(value: Line) -> Line:
    """Return a value without numbers that another machine may compute otherwise; what is gone makes it incomplete."""
    scalar, numbers = value.get("scalar"), value.get("numbers", ())
    if isinstance(scalar, float):
        value["scalar"] = _rounded(scalar, _TOLD_DIGITS)
    elif scalar is not None and (isinstance(scalar, str) or abs(scalar) >= _ADDRESS_LIKE):
        del value["scalar"]
        value["is_complete"] = False
    is_fractional = "shape" in value and any(word in value.get("dtype", "") for word in ("float", "complex"))
    if is_fractional or any(isinstance(number, float | str) or abs(number) >= _ADDRESS_LIKE for number in numbers):
        # A part of an expression comes in brief, without its numbers, and its text shows them all the same.
        value.pop("numbers", None)
        value["is_complete"] = False
        kind = value["type"].rpartition(".")[2].lower()
        value["text"] = f"{kind} of shape {value['shape']}, {value['dtype']}"
    return value


def _rounded(number: Any, digits: int) -> Any:
    return float(f"{number:.{digits}g}") if isinstance(number, float) and math.isfinite(number) else number


@lru_cache(maxsize=1024)
def _steady(text: str) -> str:
    """Return a text without addresses, paths and long integers, its floats to four digits."""
    return _LONG.sub("…", _FLOAT.sub(_fewer_digits, normalised(text)))


def _fewer_digits(match: re.Match[str]) -> str:
    rounded = f"{float(match.group()):.{_TOLD_DIGITS}g}"
    return match.group() if float(rounded) == float(match.group()) else rounded


def _short(text: str, limit: int) -> str:
    """Return `text`, or its beginning and a hash of all of it."""
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{text[:_SHOWN_LIMIT]}… sha256:{digest}"


def equivalent(a: Line, b: Line) -> bool:
    """Say whether two lines record the same facts, whatever environment they are from; floats within 1e-3, relative.

    What was printed is compared as the value it shows, if it shows one.
    """
    ignored = {"environment"}
    if all("value" in line.get("printed", ()) for line in (a, b)):
        ignored.add("stdout")
    first, second = ({name: part for name, part in line.items() if name not in ignored} for line in (a, b))
    return _same(first, second)


def _same(a: Any, b: Any) -> bool:
    match a, b:
        case dict(), dict():
            names = a.keys() | b.keys()
            if isinstance(a.get("type"), str) and {"scalar", "numbers", "items", "shape"} & a.keys():
                names -= {"text"}  # It says in words what they say in numbers.
            return all(name in a and name in b and _same(a[name], b[name]) for name in names)
        case list(), list():
            return len(a) == len(b) and all(map(_same, a, b))
        case float(), float():
            return math.isclose(a, b, rel_tol=_RELATIVE_TOLERANCE, abs_tol=1e-6)
        case _:
            return type(a) is type(b) and bool(a == b)


def in_short(line: Line) -> str:
    """Return what a line says, for people: how it ended, and what each expression gave."""
    parts = [_raise(line["raised"]) if line.get("raised") else str(line["outcome"])]
    checks = line.get("expectations", {}) | ({"claim": line["claim"]} if line.get("claim") else {})
    for name, checked in checks.items():
        raised = checked.get("raised")
        parts.append(f"{name}: {_raise(raised) if raised else checked.get('holds', 'no boolean')}")
        parts += [f"  {part['source']} -> {part['value']['text']}" for part in checked.get("sub_values", ())]
    reads = {"observe": line.get("observe"), "printed": line.get("printed"), **line.get("values", {})}
    parts += [f"{name}: {read['value']['text']}" for name, read in reads.items() if read and read.get("value")]
    return "\n".join([*parts, *([f"stdout: {line['stdout']}"] if "stdout" in line else [])])


def _raise(raised: Line) -> str:
    return f"{raised['type']} during {raised['phase']}: {raised['message']}"

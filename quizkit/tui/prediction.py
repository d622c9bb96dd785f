"""A prediction held against what happened, by what it means: a shape, a value, an error, a set of names. Pure.

Invariant: a prediction that cannot be read as one of these is never called right or wrong; one that can is right only
if something recorded is that as a whole, whatever its layout.
"""

import ast
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from quizkit.model.evidence import Evidence, Outcome, Read, Value
from quizkit.model.text import one_line

_TOLERANCE: Final = 1e-4
"""Relative, as where answer keys are compared."""
_DISPLAY: Final = re.compile(r"(?:torch\.|np\.)?(?:(Size|shape)|tensor|array)\s*[=:]?\s*(?=[(\[\d])(.*)", re.DOTALL)
_TIMES: Final = re.compile(r"\d+(?:\s*[x\u00d7]\s*\d+)+")
_ONE_SIDE: Final = re.compile(r"\(\s*\d+\s*\)")
_NAMES: Final = re.compile(r"['\"]?[A-Za-z_][\w.]*['\"]?(?:\s*,\s*['\"]?[A-Za-z_][\w.]*['\"]?)*\s*,?")
_ERROR: Final = re.compile(
    r"(?:it )?(?:raises?d?\s+)?(?:an?\s+)?([A-Za-z_][\w.]*)(?:\s+during\s+(\w+))?", re.IGNORECASE
)
_SEQUENCES: Final = frozenset({"list", "tuple", "set", "frozenset", "torch.Size"})
_OUTCOMES: Final = {"raises": Outcome.RAISED, "raised": Outcome.RAISED, "an error": Outcome.RAISED,
                    "error": Outcome.RAISED, "returns": Outcome.RETURNED, "returned": Outcome.RETURNED,
                    "no error": Outcome.RETURNED}  # fmt: skip


class _Unknown(Enum):
    """What is not a value: nothing is equal to it."""

    UNKNOWN = 0


@dataclass(frozen=True)
class Agreement:
    """What a prediction was found to be."""

    what: str
    """The expression, the error, or what was printed."""
    got: str
    """What that gave."""


def is_comparable(prediction: str) -> bool:
    """Say whether a prediction is a shape, a value, the name of an error, or names."""
    said = prediction.strip()
    return _read(said) is not _Unknown.UNKNOWN or _ERROR.fullmatch(said) is not None or said.lower() in _OUTCOMES


def agreement(prediction: str, evidence: Evidence) -> Agreement | None:
    """Return what of that which happened a prediction is; None if it is nothing of it."""
    said = prediction.strip()
    if _OUTCOMES.get(said.lower()) is evidence.outcome:
        return Agreement("the program", evidence.outcome.value)
    if (raised := evidence.raised) is not None and (named := _ERROR.fullmatch(said)) is not None:
        is_type = named[1].rpartition(".")[2].lower() == raised.type.rpartition(".")[2].lower()
        if is_type and named[2] in (None, raised.phase):
            return Agreement("the program", f"{raised.type} during {raised.phase}")
    meant = _read(said)
    found = (each for each in _happened(evidence) if _same(meant, each[1]))
    return next((Agreement(what, one_line(got)) for what, _, got in found), None)


def _happened(evidence: Evidence) -> Iterator[tuple[str, object, str]]:
    """Yield what was recorded: an expression, what it means, and how it is shown."""
    checks = [*evidence.expectations.items(), *([("the claim", evidence.claim)] if evidence.claim else [])]
    if checks and all(check.holds is not None for _, check in checks):
        holds = all(check.holds is True for _, check in checks)
        yield ("every expectation" if len(checks) > 1 else checks[0][0]), holds, str(holds)
    for part in (part for _, check in checks for part in check.sub_values):
        if part.value.type != "bool":  # Of several truths one is always as predicted.
            yield part.source, _meaning(part.value), part.value.brief()
            if part.value.shape is not None:
                yield f"the shape of {part.source}", part.value.shape, str(part.value.shape)
    yield from _told("the program", evidence.observe)
    yield from _told("what was printed", evidence.printed)
    for line in evidence.stdout.splitlines():
        yield "what was printed", _read(line.strip()), line
    if evidence.stdout.strip():
        yield "what was printed", " ".join(evidence.stdout.split()), evidence.stdout


def _told(what: str, read: Read | None) -> Iterator[tuple[str, object, str]]:
    if read is not None and read.value is not None:
        yield what, _meaning(read.value), read.value.brief()


def _meaning(value: Value) -> object:
    """Return a recorded value as one of Python's own, sequences as tuples; what was cut is unknown."""
    if not value.is_complete:
        # Of a part of an expression only the text is recorded; where that is whole, it says all.
        is_told = value.items is None and value.type in _SEQUENCES and not value.text.endswith("…")
        return _read(value.text) if is_told else _Unknown.UNKNOWN
    if value.scalar is not None:
        return value.scalar
    if value.items is not None and value.type != "dict":
        return tuple(map(_meaning, value.items))
    return _read(value.text)


def _read(text: str) -> object:
    """Return what a text means, sequences as tuples: a literal, a shape in one of its layouts, or names."""
    display = _DISPLAY.fullmatch(text)
    text = text if display is None else display[2]
    is_shape = display is None or display[1] is not None
    if is_shape and (_TIMES.fullmatch(text) or _ONE_SIDE.fullmatch(text)):
        return tuple(map(int, re.findall(r"\d+", text)))
    try:
        return _plain(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        bare = text.strip("{}[]()")
        return tuple(re.findall(r"[\w.]+", bare)) if _NAMES.fullmatch(bare) else _Unknown.UNKNOWN


def _plain(value: object) -> object:
    return tuple(map(_plain, value)) if isinstance(value, list | tuple | set | frozenset) else value


def _same(a: object, b: object) -> bool:
    if a is _Unknown.UNKNOWN or isinstance(a, bool) is not isinstance(b, bool):
        return False
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b if isinstance(a, int) and isinstance(b, int) else math.isclose(a, b, rel_tol=_TOLERANCE)
    if isinstance(a, str | tuple) and isinstance(b, str | tuple):
        ours, theirs = _members(a), _members(b)
        if all(isinstance(each, str) for each in (*ours, *theirs)):
            return set(ours) == set(theirs) and bool(ours)
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return False


def _members(value: "str | tuple[object, ...]") -> tuple[object, ...]:
    return (value,) if isinstance(value, str) else value

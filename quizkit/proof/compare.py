"""Compare described values, and normalise messages. Pure.

Two values are equal if type, shape and content are; floats within the tolerance, relative and absolute. What was
cut or cannot be described equals nothing.
"""

import math
import re
from typing import Final

from quizkit.model.evidence import Number, Read, Value

_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]+\b")
_PATH: Final = re.compile(r"(?<![\w.])(?:/[\w.+-]+){2,}/?")
_SPACE: Final = re.compile(r"\s+")


def normalised(message: str) -> str:
    """Return a message without what differs from run to run: addresses, paths, line numbers, line breaks."""
    text = _ADDRESS.sub("0x…", message)
    text = _PATH.sub("…", text)
    text = re.sub(r"\bline \d+\b", "line …", text)
    return _SPACE.sub(" ", text).strip()


def equal(a: Value, b: Value, tolerance: float) -> bool:
    """Say whether two described values are the same."""
    if a.type != b.type or not (a.is_complete and b.is_complete):
        return False
    if a.numbers is not None or b.numbers is not None:
        return (a.dtype, a.shape) == (b.dtype, b.shape) and _same_numbers(a.numbers, b.numbers, tolerance)
    if a.items is not None or b.items is not None:
        return _same_items(a, b, tolerance)
    return _same_number(a.scalar, b.scalar, tolerance)


def says(printed: Read | None, stdout: str, value: Value, tolerance: float) -> bool:
    """Say whether standard output is the value: read as an expression, else as text with white space collapsed."""
    if printed is not None and printed.value is not None and equal(printed.value, value, tolerance):
        return True
    shown = value.scalar if value.type == "str" else value.text
    return value.is_complete and _collapsed(stdout) == _collapsed(str(shown))


def _collapsed(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _same_items(a: Value, b: Value, tolerance: float) -> bool:
    if a.items is None or b.items is None or len(a.items) != len(b.items):
        return False
    mine, theirs = a.items, b.items
    if a.type == "dict":
        mine, theirs = _by_key(mine), _by_key(theirs)
    return all(equal(x, y, tolerance) for x, y in zip(mine, theirs, strict=True))


def _by_key(items: tuple[Value, ...]) -> tuple[Value, ...]:
    pairs = sorted(zip(items[::2], items[1::2], strict=True), key=lambda pair: (pair[0].type, pair[0].text))
    return tuple(part for pair in pairs for part in pair)


def _same_numbers(a: tuple[Number, ...] | None, b: tuple[Number, ...] | None, tolerance: float) -> bool:
    if a is None or b is None or len(a) != len(b):
        return False
    return all(_same_number(x, y, tolerance) for x, y in zip(a, b, strict=True))


def _same_number(a: Number | None, b: Number | None, tolerance: float) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)
    return type(a) is type(b) and a == b

"""Compare described values, and normalise messages. Pure.

Two values are equal if type, shape and content are; floats within the tolerance, relative to the larger. What was
cut or cannot be described equals nothing. Printed text is compared as text unless it is the display of a value.
"""

import ast
import math
import re
from functools import lru_cache
from typing import Final

from quizkit.bank.grammar import parsed
from quizkit.model.evidence import Number, Read, Value
from quizkit.model.text import printable

_ADDRESS: Final = re.compile(r"\b0x[0-9a-fA-F]+\b")
_PATH: Final = re.compile(r"(?<![\w./])(?:/[\w.+-]+){2,}/?|\b[A-Za-z]:(?:\\[\w.+-]+)+")
_LINE: Final = re.compile(r"\bline \d+\b")
_SPACE: Final = re.compile(r"\s+")
_NEAR_ZERO: Final = 1e-5
"""Of the tolerance, how much is absolute beside a zero: noise around it is zero, Adam's epsilon of 1e-8 is not."""
_NOISE: Final = 1e-10
"""The same between two numbers that are no zeros: 1e-8 is not 1e-9, and what rounding leaves of a zero is one."""
_ANY_ORDER: Final = frozenset({"dict", "collections.Counter", "collections.defaultdict"})
_CONSTRUCTORS: Final = frozenset({"Size", "tensor", "array", "set", "frozenset", "range"})
"""What stands before the bracket where a value's display is a call."""


@lru_cache(maxsize=1024)
def normalised(message: str) -> str:
    """Return a message without what differs from run to run: addresses, absolute paths, line numbers, line breaks."""
    text = _ADDRESS.sub("0x…", message)
    text = _PATH.sub("…", text)
    text = _LINE.sub("line …", text)
    return _SPACE.sub(" ", text).strip()


def equal(a: Value, b: Value, tolerance: float) -> bool:
    """Say whether two described values are the same; `tolerance` is relative."""
    if a.type != b.type or not (a.is_complete and b.is_complete):
        return False
    if a.numbers is not None or b.numbers is not None:
        return (a.dtype, a.shape) == (b.dtype, b.shape) and _same_numbers(a.numbers, b.numbers, tolerance)
    if a.items is not None or b.items is not None:
        return _same_items(a, b, tolerance)
    return a.scalar is not None and b.scalar is not None and _same_number(a.scalar, b.scalar, tolerance)


def says(printed: Read | None, stdout: str, value: Value, tolerance: float) -> bool:
    """Say whether standard output is the value: the display of an equal one, or the same text.

    A string is the text it prints. White space counts as one space, and a line break inside brackets is white space.
    """
    if not value.is_complete:
        return False
    if value.type == "str":
        return _laid_out(stdout) == _laid_out(str(value.scalar))
    read = printed.value if printed is not None and printed.raised is None else None
    if read is not None and _is_display(stdout) and equal(read, value, tolerance):
        return True
    return not value.text.endswith("…") and _laid_out(stdout) == _laid_out(value.text)


def _laid_out(text: str) -> str:
    """Return `text` as a person reads it: no blank lines, one space for any white space, brackets on one line."""
    lines: list[str] = []
    depth = 0
    for line in printable(text).split("\n"):
        if words := _SPACE.sub(" ", line).strip():
            if depth > 0:
                lines[-1] += f" {words}"
            else:
                lines.append(words)
        opened, closed = (sum(map(line.count, brackets)) for brackets in ("([{", ")]}"))
        depth = max(0, depth + opened - closed)
    return "\n".join(lines)


def _is_display(text: str) -> bool:
    """Say whether `text` is how Python shows a value: `[1, 2.50]` is, `1 + 1` and `math.pi` are only text."""
    tree = parsed(text, "eval")
    return isinstance(tree, ast.Expression) and _shows_value(tree.body)


def _shows_value(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() | complex())):
            return True
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=ast.Constant(value=complex())):
            return _shows_value(left)
        case ast.List(elts=members) | ast.Tuple(elts=members) | ast.Set(elts=members):
            return all(map(_shows_value, members))
        case ast.Dict(keys=keys, values=members):
            return all(key is not None and _shows_value(key) for key in keys) and all(map(_shows_value, members))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=members, keywords=named):
            settings = [keyword.value for keyword in named]
            return name in _CONSTRUCTORS and all(_shows_value(each) or _is_dtype(each) for each in members + settings)
        case _:
            return False


def _is_dtype(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "torch"


def _same_items(a: Value, b: Value, tolerance: float) -> bool:
    if a.items is None or b.items is None or len(a.items) != len(b.items):
        return False
    mine, theirs = a.items, b.items
    if a.type in _ANY_ORDER:
        mine, theirs = _by_key(mine), _by_key(theirs)
    return all(equal(x, y, tolerance) for x, y in zip(mine, theirs, strict=True))


def _by_key(items: tuple[Value, ...]) -> tuple[Value, ...]:
    pairs = sorted(zip(items[::2], items[1::2], strict=True), key=lambda pair: (pair[0].type, pair[0].text))
    return tuple(part for pair in pairs for part in pair)


def _same_numbers(a: tuple[Number, ...] | None, b: tuple[Number, ...] | None, tolerance: float) -> bool:
    if a is None or b is None or len(a) != len(b):
        return False
    return all(_same_number(x, y, tolerance) for x, y in zip(a, b, strict=True))


def _same_number(a: Number, b: Number, tolerance: float) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        absolute = tolerance * (_NOISE if a and b else _NEAR_ZERO)
        return math.isclose(a, b, rel_tol=tolerance, abs_tol=absolute)
    return type(a) is type(b) and a == b

"""What needs Python's grammar: does it compile, which names does it bind, does an expression say anything. Pure.

Invariant: nothing here runs foreign text, and no text, however strange, raises. Names are told by the compiler's
own symbol table, so scopes are Python's.
"""

import ast
import builtins
import operator
import symtable
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

_NULL: Final = "\0"
_CANNOT_PARSE: Final = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_DEPTH_LIMIT: Final = 200
_SHORT: Final = 200
"""Text of so few characters cannot be nested so deep that walking its tree is a risk."""
_BUILTINS: Final = frozenset(dir(builtins))
_STATE_READERS: Final = frozenset({"printed", "warned", "globals"})
_SAMENESS: Final = frozenset({"equal", "allclose", "isclose", "array_equal", "array_equiv", "is_"})
_EITHER: Final = (
    "says two things of which one may be false (`or`, `in`): an option holds only if everything it says is true"
)
_BLIND: Final = "reads no name that the program binds, so running the program cannot decide it"
_CONSTANT: Final = "says in part something that no program can change"
_SELF: Final = "compares something with itself"
_ALWAYS: Final = "is true whatever the program does"
_NEVER: Final = "is false whatever the program does"
_ORDERS: Final[dict[type[ast.cmpop], Callable[[float, float], bool]]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
_COUNTS: Final = frozenset({"len", "numel", "nelement", "dim", "ndim"})
"""What is called so is never below zero."""
_EXACT: Final = 2.0**52

_REASONS: Final = {"RecursionError": "nested too deeply", "MemoryError": "nested too deeply"}
Made = TypeVar("Made")


@dataclass(frozen=True)
class Names:
    """The names of a piece of code, as its module's scope sees them."""

    bound: frozenset[str] = frozenset()
    """Assigned, defined or deleted."""
    imported: frozenset[str] = frozenset()
    """Bound by an import; `*` for everything of a module."""
    read: frozenset[str] = frozenset()
    """Read, from whatever scope inside, and not local there."""


class Fault(NamedTuple):
    """What keeps Python from reading a text, and where in it."""

    line: int
    """From 1."""
    column: int
    """From 1."""
    what: str
    """In the compiler's words."""


def _attempt(source: str, make: Callable[[str], Made]) -> Made | Fault:
    """Return what `make` gives of a text, or what is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return make(source)
    except _CANNOT_PARSE as error:
        what = getattr(error, "msg", None) or _REASONS.get(type(error).__name__, str(error))
        return Fault(*_position(source, error), what)


def _position(source: str, error: BaseException) -> tuple[int, int]:
    """Return line and column of what Python stumbles over."""
    before, null, _ = source.partition(_NULL)
    if null:
        return before.count("\n") + 1, len(before) - before.rfind("\n")
    if not isinstance(error, SyntaxError) or error.lineno is None:
        return 1, 1
    lines = source.split("\n")
    shown = lines[error.lineno - 1] if error.lineno <= len(lines) else ""
    # In Python 3.11 an f-string's columns are those of the expression in it: its text is not that of the line.
    is_exact = not isinstance(error, IndentationError) and (error.text or "").strip() in shown
    return error.lineno, max(error.offset or 1, 1) if is_exact else len(shown) - len(shown.lstrip()) + 1


@lru_cache(maxsize=4096)
def parsed(source: str, mode: str) -> ast.AST | Fault:
    """Return the tree of `source`, or what is wrong with it."""
    return _attempt(source.strip() if mode == "eval" else source, lambda text: ast.parse(text, mode=mode))


@lru_cache(maxsize=4096)
def fault(source: str, mode: str) -> Fault | None:
    """Return what is wrong with `source`; None if it can be run."""
    text = source.strip() if mode == "eval" else source
    found = _attempt(text, lambda text: compile(text, "<lint>", mode, dont_inherit=True))
    if not isinstance(found, Fault):
        return Fault(1, 1, f"nested deeper than {_DEPTH_LIMIT} levels") if _is_deep(source, mode) else None
    above = source[: source.find(text)]
    indent = len(above) - above.rfind("\n") - 1 if found.line == 1 else 0
    return found._replace(line=found.line + above.count("\n"), column=found.column + indent)


def _is_deep(source: str, mode: str) -> bool:
    """Say whether the tree is nested too deeply to be walked by recursion, here or later."""
    tree = parsed(source, mode) if len(source) > _SHORT else None
    level = [tree] if isinstance(tree, ast.AST) else []
    for _ in range(_DEPTH_LIMIT):
        level = [inner for node in level for inner in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


@lru_cache(maxsize=4096)
def names(source: str, mode: str = "exec") -> Names:
    """Return the names of `source`; none if it does not compile."""
    text = source.strip() if mode == "eval" else source
    table = _attempt(text, lambda text: symtable.symtable(text, "<lint>", mode))
    if isinstance(table, Fault):
        return Names()
    bound, imported, read = set(), set(), set()
    for symbol in table.get_symbols():
        name = symbol.get_name()
        if symbol.is_imported():
            imported.add(name)
        elif symbol.is_assigned() or symbol.is_namespace():
            bound.add(name)
        if symbol.is_referenced():
            read.add(name)
    for scope in _inner_scopes(table):
        for symbol in scope.get_symbols():
            if symbol.is_global():
                (read if symbol.is_referenced() else bound).add(symbol.get_name())
    if "import *" in " ".join(source.split()):
        imported.add("*")
    return Names(frozenset(bound), frozenset(imported), frozenset(read))


def _inner_scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    open_ones = list(table.get_children())
    while open_ones:
        scope = open_ones.pop()
        yield scope
        open_ones += scope.get_children()


def string_lines(code: str) -> set[int]:
    """Return the lines, from 1, that begin inside a string: indenting them would change what it says."""
    tree = parsed(code, "exec") if "\n" in code else None
    if not isinstance(tree, ast.AST):
        return set()
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Constant) and (node.end_lineno or 0) > node.lineno
        for line in range(node.lineno + 1, (node.end_lineno or 0) + 1)
        if isinstance(node, ast.JoinedStr) or isinstance(node.value, str | bytes)
    }


def reads_program(expression: str, bound: frozenset[str]) -> bool:
    """Say whether an expression depends on what a program did that binds the names in `bound`."""
    return not names(expression, "eval").read.isdisjoint(bound | _STATE_READERS)


def vacuity(expression: str, bound: frozenset[str]) -> str | None:
    """Return why an expression says nothing definite about a program that binds the names in `bound`, or None."""
    tree = parsed(expression, "eval")
    if not isinstance(tree, ast.Expression):
        return None
    atoms = list(_atoms(tree.body, wanted=True))
    if None in atoms:
        return _EITHER
    if not reads_program(expression, bound):
        return _BLIND
    return next((why for atom in atoms if atom is not None and (why := _emptiness(atom, bound))), None)


def _atoms(node: ast.expr, *, wanted: bool) -> Iterator[ast.expr | None]:
    """Yield what is said all at once if `node` is to be `wanted`; None where one of two things would do."""
    parts: list[ast.expr] = []
    is_and = True
    match node:
        case ast.BoolOp(op=op, values=parts):
            is_and = isinstance(op, ast.And)
        case ast.Call(
            func=ast.Name(id="all" | "any" as name), args=[ast.List() | ast.Tuple() | ast.Set() as display]
        ):
            parts, is_and = display.elts, name == "all"
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() as op, left=left, right=right) if _is_truth(left, right):
            parts, is_and = [left, right], isinstance(op, ast.BitAnd)
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield from _atoms(operand, wanted=not wanted)
            return
        case ast.Call(func=ast.Name(id="bool"), args=[inner]) | ast.NamedExpr(value=inner):
            yield from _atoms(inner, wanted=wanted)
            return
        case ast.Compare(ops=[ast.In() | ast.NotIn() as op], comparators=[display]) if _is_choice(display):
            yield None if isinstance(op, ast.In) is wanted else node
            return
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=bool() as truth)]):
            is_same = isinstance(op, ast.Eq | ast.Is)
            yield from _atoms(left, wanted=wanted is (truth is is_same))
            return
        case ast.IfExp():
            yield None
        case _:
            yield node
    if len(parts) > 1 and is_and is not wanted:
        yield None
    for part in parts:
        yield from _atoms(part, wanted=wanted)


def _is_choice(node: ast.expr) -> bool:
    """Say whether being a member of this is being one thing or another."""
    members = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else ()
    return len({ast.dump(member) for member in members}) > 1


def _is_truth(*nodes: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Compare | ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
        for node in nodes
    )


def _emptiness(atom: ast.expr, bound: frozenset[str]) -> str | None:
    """Return why one of the things an expression says is empty, or None."""
    fixed = _BUILTINS - bound - _STATE_READERS
    if not any(isinstance(node, ast.Name) and node.id not in fixed for node in ast.walk(atom)):
        return _CONSTANT
    match atom:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if (
            said := _foregone(left, op, right)
        ) is not None:
            return _ALWAYS if said else _NEVER
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id="object")]):
            return _ALWAYS
        case ast.Compare(
            left=ast.Call(func=ast.Name(id="len"), args=[ast.List(elts=members) | ast.Tuple(elts=members)]),
            comparators=[ast.Constant()],
        ) if not any(isinstance(member, ast.Starred) for member in members):
            return _CONSTANT
        case ast.Compare(left=left, comparators=others):
            sides = [ast.dump(side) for side in (left, *others)]
            return _SELF if len(set(sides)) < len(sides) else None
        case ast.Call(func=ast.Attribute(attr=name, value=owner), args=[first, *others]) if name in _SAMENESS:
            second = others[0] if others else owner
            return _SELF if ast.dump(first) == ast.dump(second) else None
    return None


def _foregone(left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
    """Return what a comparison of a count with a number always says; None if that depends on the count."""
    order = _ORDERS.get(type(op))
    for count, limit, is_turned in ((left, right, False), (right, left, True)):
        number = _number(limit)
        if order is not None and number is not None and _is_count(count):
            counts = (each for each in (0.0, number - 1, number, number + 1) if each >= 0)
            said = {order(number, each) if is_turned else order(each, number) for each in counts}
            return said.pop() if len(said) == 1 else None
    return None


def _number(node: ast.expr) -> float | None:
    """Return the number that is written here, if it is one that a float tells from its neighbours."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner) if (found := _number(inner)) is not None:
            return -found
        case ast.Constant(value=int() | float() as number) if abs(number) < _EXACT:
            return float(number)
    return None


def _is_count(node: ast.expr) -> bool:
    """Say whether what stands here is a length, or a number of elements or dimensions."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) | ast.Attribute(attr=name):
            return name in _COUNTS
    return False


def same_code(a: str, b: str) -> bool:
    """Say whether two pieces of code are the same after parsing: comments and layout do not count."""
    if a == b:
        return True
    first, second = parsed(a, "exec"), parsed(b, "exec")
    if isinstance(first, Fault) or isinstance(second, Fault):
        return " ".join(a.split()) == " ".join(b.split())
    return _same_tree(first, second)


def _same_tree(a: object, b: object) -> bool:
    """Say whether two trees, or parts of them, are the same, wherever in the text they stand."""
    if type(a) is not type(b):
        return False
    match a, b:
        case ast.AST(), ast.AST():
            return all(_same_tree(getattr(a, name, None), getattr(b, name, None)) for name in a._fields)
        case list(), list():
            return len(a) == len(b) and all(map(_same_tree, a, b))
        case _:
            return bool(a == b)

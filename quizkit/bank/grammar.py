"""What needs Python's grammar: does it parse, which names does it bind, what does an expression read. Pure."""

import ast
import builtins
from functools import lru_cache
from typing import Final

_CANNOT_PARSE: Final = (SyntaxError, ValueError, RecursionError, MemoryError)
_STATE_READERS: Final = frozenset({"printed", "warned"})


@lru_cache(maxsize=4096)
def parsed(source: str, mode: str) -> ast.AST | str:
    """Return the tree of `source`, or what is wrong with it, as `line: message`."""
    try:
        return ast.parse(source.strip() if mode == "eval" else source, mode=mode)
    except _CANNOT_PARSE as error:
        line = getattr(error, "lineno", None) or 1
        return f"{line}: {getattr(error, 'msg', None) or type(error).__name__}"


def bound_names(source: str) -> set[str]:
    """Return every name that `source` binds."""
    tree = parsed(source, "exec")
    if isinstance(tree, str):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store()):
                found.add(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.alias():
                found.add((node.asname or node.name).partition(".")[0])
            case ast.ExceptHandler(name=str(name)):
                found.add(name)
            case _:
                pass
    return found


def read_names(expression: str) -> set[str]:
    """Return the names an expression reads from outside itself."""
    tree = parsed(expression, "eval")
    if isinstance(tree, str):
        return set()
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return {node.id for node in names if isinstance(node.ctx, ast.Load)} - own


def reads_program(expression: str, bound: set[str]) -> bool:
    """Say whether an expression depends on what the program did."""
    read = read_names(expression)
    return bool(read & (bound - set(dir(builtins)) | _STATE_READERS))


def _says_either(node: ast.AST) -> bool:
    if isinstance(node, ast.BoolOp):
        return isinstance(node.op, ast.Or) or any(_says_either(value) for value in node.values)
    return False


def vacuity(expression: str, bound: set[str]) -> str | None:
    """Return why an expression says nothing definite about the program, or None."""
    tree = parsed(expression, "eval")
    if not isinstance(tree, ast.Expression):
        return None
    if _says_either(tree.body):
        return "says two things of which one may be false (`or`): an option holds only if everything it says is true"
    if not reads_program(expression, bound):
        return "reads no name that the program binds, so running the program cannot decide it"
    match tree.body:
        case ast.Compare(left=left, comparators=[right]) if ast.dump(left) == ast.dump(right):
            return "compares something with itself"
    return None


def same_code(a: str, b: str) -> bool:
    """Say whether two pieces of code are the same after parsing: comments and layout do not count."""
    first, second = parsed(a, "exec"), parsed(b, "exec")
    if isinstance(first, str) or isinstance(second, str):
        return " ".join(a.split()) == " ".join(b.split())
    return ast.dump(first) == ast.dump(second)

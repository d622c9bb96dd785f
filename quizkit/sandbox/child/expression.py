"""Evaluate an author's expression once, as it stands, recording what its parts gave.

It is compiled before any program runs: one that replaces parts of `ast` does not rewrite what it is asked.

Invariant: instrumenting changes nothing but to remember. Each recorded sub-expression is wrapped in a call that
returns its argument; short-circuits and evaluation order stay, and what has a scope of its own (a lambda, a
comprehension) is left alone inside.
"""

import ast
import builtins
from types import CodeType
from typing import Any, Final

from quizkit.sandbox.child.describe import Described, describe, in_brief
from quizkit.sandbox.child.own_builtins import restore

_RECORD: Final = "__quizkit_record__"
_SUB_VALUE_LIMIT: Final = 24
_SOURCE_LIMIT: Final = 1500
"""Characters of the longest expression that is recorded: writing its parts out takes quadratic time."""
_SCOPES: Final = (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
_RECORDED: Final = (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BinOp, ast.Compare)
_UNTELLING: Final = frozenset({"module", "function", "type"})


class _Instrument(ast.NodeTransformer):
    """Wraps sub-expressions; `sources` lists them by number."""

    def __init__(self) -> None:
        self.sources: list[str] = []

    def visit(self, node: ast.AST) -> Any:
        is_loaded = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        if not isinstance(node, _RECORDED) or not is_loaded:
            return self.inside(node)
        source = ast.unparse(node)
        wrapped = self.inside(node)
        self.sources.append(source)
        call = ast.Call(
            func=ast.Name(id=_RECORD, ctx=ast.Load()),
            args=[ast.Constant(value=len(self.sources) - 1), wrapped],
            keywords=[],
        )
        return ast.copy_location(call, node)

    def inside(self, node: ast.AST) -> Any:
        """Instrument what `node` is made of, but not `node` itself."""
        if isinstance(node, _SCOPES):
            return node
        if isinstance(node, ast.Call):
            self._callee(node.func)
            node.args = [self.visit(argument) for argument in node.args]
            node.keywords = [self.visit(keyword) for keyword in node.keywords]
            return node
        return self.generic_visit(node)

    def _callee(self, func: ast.expr) -> None:
        """Instrument a method's owner; the bound method and the function are not worth telling."""
        if isinstance(func, ast.Attribute):
            func.value = self.visit(func.value)


class Expression:
    """A compiled expression. Raises SyntaxError, ValueError, RecursionError or MemoryError as `compile` does."""

    def __init__(self, source: str, filename: str) -> None:
        source = source.strip()
        self._sources: list[str] = []
        self._seen: dict[str, Described] = {}
        self._code = self._instrumented(source, filename) or compile(source, filename, "eval", dont_inherit=True)

    def _instrumented(self, source: str, filename: str) -> CodeType | None:
        """Return the code that records, or None if the expression is too large for that."""
        if len(source) > _SOURCE_LIMIT:
            return None
        plan = _Instrument()
        try:
            tree = ast.parse(source, filename, mode="eval")
            # The whole expression is the verdict itself; only what it is made of is worth telling.
            tree.body = plan.inside(tree.body)
            ast.fix_missing_locations(tree)
            code = compile(tree, filename, "eval", dont_inherit=True)
        except (RecursionError, ValueError):  # Too deep to walk, or a part that cannot be written out.
            return None
        self._sources = plan.sources
        return code

    def evaluate(self, namespace: dict[str, Any]) -> object:
        """Return the expression's value in `namespace`; whatever it raises passes through."""
        # Among the built-ins, the recorder is seen by neither dir() nor locals() nor globals().
        found = namespace.get("__builtins__", builtins)
        place: dict[str, Any] = found if isinstance(found, dict) else vars(found)
        place[_RECORD] = self._record
        try:
            return eval(self._code, namespace)
        finally:
            restore()
            place.pop(_RECORD, None)

    def sub_values(self) -> list[Described]:
        """Return the parts recorded so far, in the order they were evaluated."""
        return [{"source": source, "value": value} for source, value in self._seen.items()]

    def _record(self, index: int, value: object) -> object:
        restore()
        source = self._sources[index]
        if source not in self._seen and len(self._seen) < _SUB_VALUE_LIMIT:
            described = describe(value)
            if described["type"] not in _UNTELLING:
                self._seen[source] = in_brief(described)
        return value

"""Evaluate an author's expression once, as it stands, recording what its parts gave.

Invariant: instrumenting changes nothing but to remember. Each recorded sub-expression is wrapped in a call that
returns its argument; short-circuits and evaluation order stay, and what has a scope of its own (a lambda, a
comprehension) is left alone inside.
"""

import ast
from types import CodeType
from typing import Any, Final

from quizkit.sandbox.describe import Described, describe

_RECORD: Final = "__quizkit_record__"
_SUB_VALUE_LIMIT: Final = 24
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
        tree = ast.parse(source.strip(), filename, mode="eval")
        plan = _Instrument()
        # The whole expression is the verdict itself; only what it is made of is worth telling.
        tree.body = plan.inside(tree.body)
        ast.fix_missing_locations(tree)
        self._code: CodeType = compile(tree, filename, "eval", dont_inherit=True)
        self._sources = plan.sources
        self._seen: dict[str, Described] = {}

    def evaluate(self, namespace: dict[str, Any]) -> object:
        """Return the expression's value in `namespace`; whatever it raises passes through."""
        return eval(self._code, namespace, {_RECORD: self._record})

    def sub_values(self) -> list[Described]:
        """Return the parts recorded so far, in the order they were evaluated."""
        return [{"source": source, "value": value} for source, value in self._seen.items()]

    def _record(self, index: int, value: object) -> object:
        source = self._sources[index]
        if source not in self._seen and len(self._seen) < _SUB_VALUE_LIMIT:
            described = describe(value)
            if described["type"] not in _UNTELLING:
                self._seen[source] = described
        return value

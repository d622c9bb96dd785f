"""The program of one probe: its parts in order, then its expectations, claim and observed expression.

Invariant: only what the program itself raises is reported as raised; a fault of the harness passes through, and the
evidence then lacks its final frame. Every part and expression starts from the same random state, so that all options
see the same inputs.
"""

import builtins
import gc
import linecache
import sys
import types
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol

from quizkit.observe import randomness
from quizkit.sandbox.child.describe import Described, describe
from quizkit.sandbox.child.ending import end
from quizkit.sandbox.child.expression import Expression
from quizkit.sandbox.child.own_builtins import restore
from quizkit.sandbox.child.raising import report
from quizkit.sandbox.wire import Message

_MODULE: Final = "__quiz__"
_exec, _compile = exec, compile
_collect, _modules = gc.collect, sys.modules
_trace, _set_trace = sys.gettrace, sys.settrace
_profile, _set_profile = sys.getprofile, sys.setprofile


Parsed = Expression | BaseException
"""An expression that is ready, or what keeps it from being one."""


class Send(Protocol):
    """Sends one frame."""

    def __call__(self, frame: str, /, **facts: Any) -> None:
        """Send the frame and its facts."""


def namespace() -> dict[str, Any]:
    """Return the namespace of a fresh module that pickle and inspect can find.

    It has built-ins of its own: a program that replaces one does not replace it for the harness.
    """
    own = types.ModuleType("builtins")
    own.__dict__.update(builtins.__dict__)
    sys.modules["builtins"] = own
    module = types.ModuleType(_MODULE)
    module.__dict__["__builtins__"] = own
    sys.modules[_MODULE] = module
    return module.__dict__


class Program:
    """Runs a probe's program and sends what happens."""

    def __init__(self, probe: Message, send: Send, *, has_cuda: bool = False) -> None:
        self.probe = probe
        self.send = send
        self.namespace = namespace()
        self.parts = [{"phase": "prelude", "source": probe["prelude"]}, *probe["parts"]]
        self.files = frozenset(f"<{part['phase']}>" for part in self.parts)
        self.has_cuda = has_cuda
        self.drew_random = False
        self.tracer: Any = None
        self.profiler: Any = None

    def run(self) -> None:
        """Run it."""
        expectations = {name: _parsed(source, "expect") for name, source in self.probe["expectations"].items()}
        claim, observed = (
            None if self.probe[phase] is None else _parsed(self.probe[phase], phase) for phase in ("claim", "observe")
        )
        returned = self._run_parts()
        if returned:
            for name, expression in expectations.items():
                self.send("expectation", name=name, **self._check(expression, "expect"))
        if claim is not None:
            self.send("claim", **self._check(claim, "claim"))
        if returned and observed is not None:
            self.send("observe", **self._evaluated(observed, "observe")[0])

    def end(self) -> None:
        """Let the program end as a script does. Raises what it makes that raise: nothing is known of its end then."""
        _, error = self._attempt(self._let_go)
        if error is not None:
            raise error

    def _let_go(self) -> None:
        end()
        # As at the end of a script, what has a `__del__` finds the names that it uses still there.
        self.namespace, self.tracer, self.profiler = {}, None, None
        _modules.pop(_MODULE, None)
        _collect()

    def _run_parts(self) -> bool:
        self.send("phase", name="syntax")
        codes = []
        for part in self.parts:
            code = self._compiled(part["phase"], part["source"])
            if code is None:
                return False
            codes.append(code)
        for part, code in zip(self.parts, codes, strict=True):
            self.send("phase", name=part["phase"])
            _, error = self._attempt(partial(self._execute, code))
            if error is not None:
                self.send("raised", **report(error, part["phase"], self.files), part=part["phase"])
                return False
        return True

    def _execute(self, code: types.CodeType) -> None:
        """Run a part with the tracer and the profiler that those before it left on; neither sees the harness."""
        _set_trace(self.tracer)
        _set_profile(self.profiler)
        try:
            _exec(code, self.namespace)
        finally:
            self.tracer, self.profiler = _trace(), _profile()
            _set_profile(None)
            _set_trace(None)

    def _compiled(self, phase: str, source: str) -> types.CodeType | None:
        filename = f"<{phase}>"
        # Tracebacks, inspect and torch.jit find the text here.
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        try:
            code: types.CodeType = _compile(source, filename, "exec", dont_inherit=True)
        except BaseException as error:
            self.send("raised", **{**report(error, phase), "phase": "syntax"}, part=phase)
            return None
        return code

    def _attempt(self, action: Callable[[], object]) -> tuple[object, BaseException | None]:
        """Return what the program gives or what it raises, from the seed's random state."""
        mark = randomness.seed_everything(self.probe["seed"], has_cuda=self.has_cuda)
        given, error = None, None
        try:
            given = action()
        except BaseException as raised:
            error = raised
        restore()
        self.drew_random = randomness.drawn_since(mark) or self.drew_random
        return given, error

    def _evaluated(self, expression: Parsed, phase: str) -> tuple[Described, list[Described]]:
        """Return what an expression gave (`value`) or raised (`raised`), and what its parts gave."""
        if not isinstance(expression, Expression):
            return {"raised": report(expression, phase)}, []
        given, error = self._attempt(partial(expression.evaluate, self.namespace))
        told = {"value": describe(given)} if error is None else {"raised": report(error, phase, self.files)}
        return told, expression.sub_values()

    def _check(self, expression: Parsed, phase: str) -> Described:
        """Evaluate a boolean expression: strictly bool, numpy.bool_ or a 0-d bool tensor."""
        told, parts = self._evaluated(expression, phase)
        if "raised" in told:
            return {**told, "sub_values": parts}
        return {"holds": _truth(told["value"]), "got": told["value"], "sub_values": parts}

    def value(self, source: str) -> Described:
        """Return what an expression gives where only the prelude ran."""
        expression = _parsed(source, "value")
        try:
            prelude = _compile(self.probe["prelude"], "<prelude>", "exec", dont_inherit=True)
        except BaseException as unparsed:
            return {"raised": report(unparsed, "prelude")}
        _, error = self._attempt(partial(_exec, prelude, self.namespace))
        if error is not None:
            return {"raised": report(error, "prelude", self.files)}
        return self._evaluated(expression, "value")[0]


def _parsed(source: str, phase: str) -> Parsed:
    try:
        return Expression(source, f"<{phase}>")
    except BaseException as unparsed:
        return unparsed


def _truth(got: Described) -> bool | None:
    """Return the boolean that a description is of, or None."""
    if got["type"] in ("bool", "numpy.bool", "numpy.bool_"):
        return got["scalar"] if type(got.get("scalar")) is bool else None
    if got["type"] == "torch.Tensor" and got.get("dtype") == "torch.bool" and got.get("shape") == []:
        return got["numbers"][0] is True if got.get("numbers") else None
    return None

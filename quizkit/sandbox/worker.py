"""One probe, in a process of its own. The worker only reports: it labels nothing and judges nothing.

Invariant: the final frame is sent if and only if everything before it was sent; whatever goes wrong on the way
leaves the evidence without it. Names the harness uses after the snippet has run are captured before it runs.
"""

import builtins
import json
import linecache
import os
import sys
import types
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from quizkit.observe import console, randomness, weights
from quizkit.sandbox.confine import confine
from quizkit.sandbox.describe import Described, clean, describe, type_name
from quizkit.sandbox.expression import Expression
from quizkit.sandbox.wire import MESSAGE_LIMIT, Message, encode

_MODULE: Final = "__quiz__"
_exit, _write, _exec, _compile = os._exit, os.write, exec, compile
_type, _len = type, len
_args_of: Final = BaseException.__dict__["args"].__get__
_traceback_of: Final = BaseException.__dict__["__traceback__"].__get__
_errno_of: Final = OSError.__dict__["errno"].__get__
_PLAIN: Final = (str, int, float, bool, type(None))
_WrapperType: Final = type(BaseException.__str__)

Send = Callable[..., None]


def channel(descriptor: int, nonce: str) -> Send:
    """Return a function that sends one frame on `descriptor`, whole."""

    def send(frame: str, **facts: Any) -> None:
        data = encode({"nonce": nonce, "frame": frame, **facts})
        while data:
            data = data[_write(descriptor, data) :]

    return send


def work(job: Message, descriptor: int) -> None:
    """Run the job and send its evidence; returns only after the final frame."""
    probe = job["probe"]
    limits, requires = probe["limits"], probe["requires"]
    send = channel(descriptor, job["nonce"])
    layers = confine(
        cpu_seconds=limits["cpu_seconds"], memory_mib=limits["memory_mib"], has_scratch=bool(job["scratch"])
    )
    send("confined", layers=layers)
    if limits["threads"] > 1:
        import torch

        torch.set_num_threads(limits["threads"])
    if "weights" in requires:
        weights.use_real_weights()
    console.start()
    if probe["values"]:
        _read_values(probe, send)
        send("final", drew_random=False, stub_weights=weights.used())
        return
    program = _Program(probe, send)
    program.run()
    _flush()
    send("final", drew_random=program.drew_random, stub_weights=weights.used())


def _read_values(probe: Message, send: Send) -> None:
    """Describe each value expression in a namespace where only the prelude ran."""
    for name, source in probe["values"].items():
        randomness.seed_everything(probe["seed"])
        namespace = _namespace()
        try:
            _exec(_compile(probe["prelude"], "<prelude>", "exec", dont_inherit=True), namespace)
            send("value", name=name, value=describe(Expression(source, "<value>").evaluate(namespace)))
        except BaseException as error:
            send("value", name=name, raised=report(error, "value"))


class _Program:
    """The program of one probe: its parts, then its expectations, claim and observed expression."""

    def __init__(self, probe: Message, send: Send) -> None:
        self.probe = probe
        self.send = send
        self.namespace = _namespace()
        self.drew_random = False

    def run(self) -> None:
        """Run it and send what happened."""
        returned = self._run_parts()
        if returned:
            for name, source in self.probe["expectations"].items():
                self.send("expectation", name=name, **self._check(source, "expect"))
        if self.probe["claim"] is not None:
            self.send("claim", **self._check(self.probe["claim"], "claim"))
        if returned and self.probe["observe"] is not None:
            self.send("observe", **self._observe(self.probe["observe"]))

    def _run_parts(self) -> bool:
        parts = [{"phase": "prelude", "source": self.probe["prelude"]}, *self.probe["parts"]]
        codes = []
        for part in parts:
            filename = f"<{part['phase']}>"
            lines = part["source"].splitlines(keepends=True)
            linecache.cache[filename] = (_len(part["source"]), None, lines, filename)
            try:
                codes.append(_compile(part["source"], filename, "exec", dont_inherit=True))
            except BaseException as error:
                self._raised(error, part["phase"], "syntax")
                return False
        for part, code in zip(parts, codes, strict=True):
            self.send("phase", name=part["phase"])
            try:
                self._seeded(partial(_exec, code, self.namespace))
            except weights.WeightsMissing as missing:
                self.send("missing", what=clean(str(missing), MESSAGE_LIMIT))
                return False
            except BaseException as error:
                self._raised(error, part["phase"], part["phase"])
                return False
        return True

    def _seeded(self, action: Callable[[], Any]) -> Any:
        """Every part and expression starts from the same random state, so all options see the same inputs."""
        mark = randomness.seed_everything(self.probe["seed"])
        try:
            return action()
        finally:
            self.drew_random = randomness.drawn_since(mark) or self.drew_random

    def _raised(self, error: BaseException, source_phase: str, phase: str) -> None:
        told = report(error, source_phase)
        self.send("raised", **{**told, "phase": phase, "part": source_phase})

    def _check(self, source: str, phase: str) -> Described:
        """Evaluate a boolean expression: strictly bool, numpy.bool_ or a 0-d bool tensor."""
        expression = None
        try:
            expression = Expression(source, f"<{phase}>")
            value = self._seeded(lambda: expression.evaluate(self.namespace))
            got = describe(value)
            return {"holds": _truth(got), "got": got, "sub_values": expression.sub_values()}
        except BaseException as error:
            parts = expression.sub_values() if expression is not None else []
            return {"raised": report(error, phase), "sub_values": parts}

    def _observe(self, source: str) -> Described:
        try:
            return {"value": describe(self._seeded(lambda: Expression(source, "<observe>").evaluate(self.namespace)))}
        except BaseException as error:
            return {"raised": report(error, "observe")}


def _truth(got: Described) -> bool | None:
    """Return the boolean that a description is of, or None."""
    if got["type"] in ("bool", "numpy.bool", "numpy.bool_"):
        return got["scalar"] is True
    if got["type"] == "torch.Tensor" and got.get("dtype") == "torch.bool" and got.get("shape") == []:
        return got["numbers"][0] is True if got.get("numbers") else None
    return None


def _namespace() -> dict[str, Any]:
    """Return the namespace of a fresh module that pickle and inspect can find."""
    module = types.ModuleType(_MODULE)
    module.__dict__["__builtins__"] = builtins
    sys.modules[_MODULE] = module
    return module.__dict__


def report(error: BaseException, phase: str) -> Described:
    """Return what can safely be said of an exception: none of its own methods runs."""
    kind = _type(error)
    name = type_name(kind).rpartition(".")[2]
    if SyntaxError in _type.mro(kind):
        name, (message, line) = name, _syntax_facts(error)
    else:
        message, line = _message(error, kind), _line(error, f"<{phase}>")
    told: Described = {"type": name, "message": clean(message, MESSAGE_LIMIT), "phase": phase, "line": line}
    if OSError in _type.mro(kind):
        number = _errno_of(error)
        told["errno"] = number if _type(number) is int else None
    return told


def _message(error: BaseException, kind: type) -> str:
    """Return the message as Python would show it, unless a method of the snippet's own would make it."""
    args = _args_of(error)
    makes_own = _type(_type.__getattribute__(kind, "__str__")) is not _WrapperType
    if not makes_own and all(_type(argument) in _PLAIN for argument in args):
        return str(error)
    return ", ".join(describe(argument)["text"] for argument in args)


def _syntax_facts(error: Any) -> tuple[str, int | None]:
    args: tuple[Any, ...] = _args_of(error)
    message = args[0] if args and _type(args[0]) is str else "invalid syntax"
    where: tuple[Any, ...] = args[1] if _len(args) > 1 and _type(args[1]) is tuple else ()
    line = where[1] if _len(where) > 1 and _type(where[1]) is int else None
    return message, line


def _line(error: BaseException, filename: str) -> int | None:
    """Return the line of the phase's own text that the exception left through last."""
    line = None
    step = _traceback_of(error)
    while step is not None:
        if step.tb_frame.f_code.co_filename == filename:
            line = step.tb_lineno
        step = step.tb_next
    return line


def _flush() -> None:
    """Write out what print has buffered; a snippet that broke its streams loses only its own output."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: S112
            continue


def main(job_descriptor: int, evidence_descriptor: int) -> None:
    """Read the job, do the work, leave without any cleaning up that a snippet could hook."""
    code = 1
    try:
        with open(job_descriptor, "rb") as pipe:
            job = json.loads(pipe.read())
        os.chdir(job["scratch"] or "/")
        work(job, evidence_descriptor)
        code = 0
    finally:
        _exit(code)

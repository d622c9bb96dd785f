"""What is said of an exception: Python's own words, or nothing that the program could make up. Imports torch."""

import errno
import json
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from quizkit.sandbox.child.raising import report


def boom(*_: object, **__: object) -> Any:
    raise AssertionError("something of the exception's own ran")


class Meta(type):
    __eq__ = __repr__ = __str__ = boom
    __hash__ = type.__hash__
    __module__ = property(boom)


class Hostile(Exception, metaclass=Meta):  # noqa: N818
    __str__ = __repr__ = __bool__ = __len__ = __getattribute__ = __eq__ = boom
    __hash__ = boom


class Shown(ValueError):  # noqa: N818
    __str__ = object.__str__
    __repr__ = boom


class Argument:
    __str__ = __repr__ = __format__ = boom


def caught(action: Callable[[], object]) -> BaseException:
    try:
        action()
    except BaseException as error:  # noqa: BLE001
        return error
    raise AssertionError("it did not raise")


def with_file_name() -> object:
    error = FileNotFoundError(2, "No such file")
    error.filename = Argument()
    raise error


def raised(error: BaseException) -> Callable[[], object]:
    def run() -> object:
        raise error

    return run


PYTHONS_OWN: dict[str, Callable[[], object]] = {
    "no argument": raised(ValueError()),
    "one": raised(ValueError("no")),
    "several": raised(ValueError("no", 1, None)),
    "a key": lambda: {1: 2}[3],
    "a file": lambda: os.open("/no/such/file", os.O_RDONLY),
    "an import": lambda: __import__("no_such_module"),
    "an attribute": lambda: (1).nothing,  # type: ignore[attr-defined]
    "bytes that are no text": lambda: b"\xff".decode(),
    "text that is no ascii": lambda: "é".encode("ascii"),
    "a division": lambda: 1 / 0,
    "a library's": lambda: np.ones(2).sum(axis=1),
}


@pytest.mark.parametrize("name", PYTHONS_OWN)
def test_pythons_own_words(name: str) -> None:
    error = caught(PYTHONS_OWN[name])
    told = report(error, "given")
    assert told["message"] == str(error) and told["type"] == type(error).__name__
    assert told["bases"][-2:] == ["Exception", "BaseException"]
    assert told["errno"] == getattr(error, "errno", None)
    assert told["phase"] == "given" and told["behind"] == []


@pytest.mark.parametrize(
    ("action", "kind", "message"),
    [
        (raised(Hostile("words")), "Hostile", "'words'"),
        (raised(Shown("words")), "Shown", "'words'"),
        (raised(ValueError(Argument(), 1)), "ValueError", "<Argument>, 1"),
        (with_file_name, "FileNotFoundError", "2, 'No such file'"),
        (raised(OSError(Argument(), "x")), "OSError", "<Argument>, 'x'"),
        (raised(ValueError(10**5000)), "ValueError", "an exception whose message cannot be read"),
        (raised(SyntaxError(Argument())), "SyntaxError", "invalid syntax"),
        (raised(KeyboardInterrupt()), "KeyboardInterrupt", ""),
        (raised(ExceptionGroup("g", [ValueError(1)])), "ExceptionGroup", "'g', [<ValueError>]"),
    ],
)
def test_nothing_of_its_own_runs(action: Callable[[], object], kind: str, message: str) -> None:
    told = report(caught(action), "given")
    assert (told["type"], told["message"]) == (kind, message)
    assert json.loads(json.dumps(told)) == told


def test_it_is_bounded() -> None:
    error: BaseException = ValueError("x" * 10_000_000)
    for _ in range(50):
        error = caught(lambda error=error: chained(error))  # type: ignore[misc]
    told = report(error, "given")
    assert len(told["behind"]) == 8 and len(json.dumps(told)) < 100_000


def chained(cause: BaseException) -> None:
    raise ValueError("y" * 100_000) from cause


def test_a_circle_ends() -> None:
    first, second = ValueError(1), ValueError(2)
    first.__context__, second.__context__ = second, first
    assert [earlier["message"] for earlier in report(first, "given")["behind"]] == ["2"]


PROGRAM = """
def own():
    raise MemoryError("mine")

def theirs():
    return bytearray(10 ** 15)

def again():
    try:
        theirs()
    except MemoryError as error:
        raise error

def other():
    try:
        theirs()
    except MemoryError:
        raise KeyError("k") from None

def asserted():
    assert False, "words"

def library():
    import tempfile
    tempfile.mkdtemp(suffix=1)
"""


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("own", [("MemoryError", True)]),
        ("theirs", [("MemoryError", False)]),
        ("again", [("MemoryError", False)]),
        ("other", [("KeyError", True), ("MemoryError", False)]),
        ("asserted", [("AssertionError", True)]),
        ("library", [("TypeError", False)]),
    ],
)
def test_a_raise_of_the_programs_own_text(name: str, kinds: list[tuple[str, bool]]) -> None:
    namespace: dict[str, Any] = {}
    exec(compile(PROGRAM, "<given>", "exec"), namespace)
    told = report(caught(namespace[name]), "given", {"<given>"})
    assert [(step["type"], step["is_own"]) for step in (told, *told["behind"])] == kinds
    if name == "theirs":
        assert told["line"] == 6


def test_the_number_of_an_operating_systems_error() -> None:
    assert report(PermissionError(errno.EACCES, "no"), "given")["errno"] == errno.EACCES
    assert report(PermissionError("no"), "given")["errno"] is None
    assert report(ValueError(), "given")["errno"] is None


def test_the_line_of_a_syntax_error() -> None:
    told = report(caught(lambda: compile("x = 1\n)", "<given>", "exec")), "given")
    assert (told["type"], told["message"], told["line"]) == ("SyntaxError", "unmatched ')'", 2)

"""An instrumented expression is worth what it is worth without. Imports torch in pytest's own process."""

import builtins
import random
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from quizkit.sandbox.child.expression import Expression


def fresh() -> dict[str, Any]:
    """Return a namespace, and in it a log of every call in order."""
    log: list[object] = []

    def note(value: object = 0, *more: object, **named: object) -> object:
        log.append((value, *more, *named.values()))
        return value

    return {
        "__builtins__": builtins, "log": log, "note": note, "a": 3, "b": -2, "c": 0, "xs": [3, 1, 2], "word": "abc",
        "d": {"k": 1}, "x": torch.arange(6.0).reshape(2, 3),
    }  # fmt: skip


def outcome(code: Any, namespace: dict[str, Any]) -> tuple[str, object]:
    try:
        value = code(namespace)
    except (ArithmeticError, LookupError, NameError, TypeError, RuntimeError) as error:
        return type(error).__name__, str(error)
    return type(value).__name__, repr(value)


def agree(source: str) -> None:
    """Evaluate with and without instruments, and compare value or exception, calls, and what was bound."""
    plain, instrumented = fresh(), fresh()
    random.seed(0)
    expected = outcome(lambda names: eval(source, names), plain)
    random.seed(0)
    assert outcome(Expression(source, "<expect>").evaluate, instrumented) == expected
    assert instrumented["log"] == plain["log"] and instrumented.keys() == plain.keys()


NUMBERS = st.recursive(
    st.sampled_from(
        ["a", "b", "c", "1", "-1", "0.5", "xs[0]", "xs[9]", "d['k']", "d['z']", "len(xs)", "f'{a!r:>4}'", "no"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "and", "or", "<", "==", ">="]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: "({} if {} else {})".format(*parts)),
        st.tuples(inner, inner, inner).map(lambda parts: "({} < {} <= {})".format(*parts)),
        st.tuples(inner, inner).map(lambda parts: "note({}, k={})".format(*parts)),
        st.tuples(inner, inner).map(lambda parts: "[{}, *[{}]][0]".format(*parts)),
        st.tuples(inner, inner).map(lambda parts: "sum({} + i for i in range(2) if {})".format(*parts)),
        st.tuples(inner, inner).map(lambda parts: "(lambda p, q={}: p and q)({})".format(*parts)),
        inner.map(lambda part: f"(not note({part}))"),
        inner.map(lambda part: f"(z := {part})"),
        inner.map(lambda part: f"{{**d, 'n': {part}}}['n']"),
    ),
    max_leaves=12,
)


@given(NUMBERS)
def test_instruments_change_nothing(source: str) -> None:
    agree(source)


@pytest.mark.parametrize(
    "source",
    [
        "note(1) and note(0) and note(2)",
        "note(1) < note(0) < note(2)",
        "note(note(1), *[note(2), note(3)], k=note(4), **{'m': note(5)})",
        "xs.sort() is None and xs == [1, 2, 3]",
        "[y for x in xs if (y := note(x)) > 1]",
        "{k: v for k, v in d.items()} | {note(1)}",
        "sorted(locals()) == sorted(globals())",
        "sorted(dir()), len(vars())",
        "'a' in locals() and 'record' not in str(dir())",
        "eval('a + b') + eval('note(a)')",
        "x[0, 1:2], x[..., None].shape, x[x > 1], x[note(0):note(2):1]",
        "x.sum().item() == 15 and x.T @ x == x",
        "note.__name__, note(len)(word)",
        "(lambda: nothing).__name__",
        "f'{a=} {note(b):{c}>5}'",
        "'{}'.format(*xs)",
        "random",
        "__import__('random').random()",
        "...",
        "-a ** note(2)",
        "(note(1), note(2))[note(0)]",
        "super",
        "__debug__",
        "await_ if False else a",
        "type(x).__mro__[0] is x.__class__",
        "+".join(["a"] * 700),
        "(" * 80 + "a" + ")" * 80,
        "[" * 60 + "a" + "]" * 60,
    ],
)
def test_instruments_change_nothing_here_either(source: str) -> None:
    agree(source)


def test_what_it_was_made_of_is_told_once_and_in_order() -> None:
    expression = Expression("x.shape == (2, a) and note(a) == 3 and note(a) > c or nothing", "<expect>")
    namespace = fresh()
    assert expression.evaluate(namespace) is True
    told = [(part["source"], part["value"]["text"]) for part in expression.sub_values()]
    assert [source for source, _ in told] == [
        "x", "x.shape", "a", "x.shape == (2, a)", "note(a)", "note(a) == 3", "c", "note(a) > c"
    ]  # fmt: skip
    assert dict(told)["x.shape"] == "torch.Size([2, 3])" and dict(told)["note(a)"] == "3"
    assert len(namespace["log"]) == 2


def test_what_was_made_before_it_raised_is_told() -> None:
    expression = Expression("a + xs[9] + b", "<expect>")
    with pytest.raises(IndexError):
        expression.evaluate(fresh())
    assert [part["source"] for part in expression.sub_values()] == ["a", "xs"]


def test_no_more_is_told_than_a_reader_can_take() -> None:
    expression = Expression(" + ".join(f"xs[{n} % 3] * {n}" for n in range(60)), "<expect>")
    expression.evaluate(fresh())
    assert len(expression.sub_values()) == 24


@pytest.mark.parametrize("source", ["a +", "a = 1", "", "a; b", "\x00", "a\n+ b"])
def test_what_is_no_expression_does_not_compile(source: str) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        Expression(source, "<expect>")


def test_a_huge_expression_is_evaluated_in_time() -> None:
    agree(" + ".join(f"len('{n}')" for n in range(1000)))
    assert Expression("(" + ",\n".join(["a"] * 20_000) + ")[0]", "<expect>").evaluate(fresh()) == 3


def test_the_recorder_leaves_with_the_evaluation() -> None:
    namespace = fresh()
    Expression("a + b", "<expect>").evaluate(namespace)
    assert not [name for name in (*namespace, *vars(builtins)) if "quizkit" in name]

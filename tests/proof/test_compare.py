"""When two values are the same, when printed text is a value, and what a message is without what varies."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staging import reads, size, tensor, value

from quizkit.model.evidence import Value
from quizkit.proof.compare import equal, normalised, says

TOLERANCE = 1e-4
ORDERED_DICT = {"type": "collections.OrderedDict"}
DEFAULT_DICT = {"type": "collections.defaultdict"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (value(1), value(1)),
        (value(0.1 + 0.2), value(0.3)),
        (value(0.69314), value(0.69316)),
        (value(1e-5), value(1.00005e-5)),
        (value(0.0), value(1e-9)),
        (value(2.8e-17), value(-5.6e-17)),
        (value(0.0), value(-0.0)),
        (value(1e10), value(1.00005e10)),
        (value(math.nan), value(math.nan)),
        (value(math.inf), value(math.inf)),
        (value(None), value(None)),
        (value("a"), value("a")),
        (value([1, (2.0, "x")]), value([1, (2.00001, "x")])),
        (value([]), value([])),
        (value({"a": 1, "b": 2}), value({"b": 2, "a": 1})),
        (value({"a": 1, "b": 2}, **DEFAULT_DICT), value({"b": 2, "a": 1}, **DEFAULT_DICT)),
        (size(1, 5), size(1, 5)),
        (tensor(1, 2), tensor(1, 2)),
        (tensor(), tensor()),
        (tensor(0.5, "nan", dtype="torch.float32"), tensor(0.50001, "nan", dtype="torch.float32")),
        (tensor(True, shape=(), dtype="torch.bool"), tensor(True, shape=(), dtype="torch.bool")),
    ],
)
def test_equal(a: Value, b: Value) -> None:
    assert equal(a, b, TOLERANCE)
    assert equal(b, a, TOLERANCE)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (value(1), value(1.0)),
        (value(1), value(True)),
        (value(0), value(False)),
        (value(1), value("1")),
        (value(390), value(391)),
        (value(0.5), value(0.5001)),
        (value(1e-4), value(1e-5)),
        (value(1e-3), value(9e-4)),
        (value(9e-4), value(8.1e-4)),
        (value(1e-5), value(0.0)),
        (value(1e-8), value(0.0)),
        (value(1e-8), value(1e-9)),
        (tensor(1e-8, 1.0), tensor(1e-9, 1.0)),
        (value(math.nan), value(0.0)),
        (value(math.inf), value(-math.inf)),
        (value("a"), value("a ")),
        (value(None), value("None")),
        (value([1, 2]), value((1, 2))),
        (value((1, 2)), size(1, 2)),
        (value([1, 2]), value([2, 1])),
        (value([1, 2]), value([1, 2, 3])),
        (value([1, [2]]), value([1, [3]])),
        (value({"a": 1}), value({"a": 2})),
        (value({"a": 1}), value({"b": 1})),
        (value({"a": 1, "b": 2}), value({"a": 1})),
        (value({"a": 1, "b": 2}, **ORDERED_DICT), value({"b": 2, "a": 1}, **ORDERED_DICT)),
        (value({"a": 1}), value({"a": 1}, **ORDERED_DICT)),
        (tensor(1, 2), tensor(1, 3)),
        (tensor(1, 2), tensor(1.0, 2.0, dtype="torch.float32")),
        (tensor(1.0, dtype="torch.float32"), tensor(1.0, dtype="torch.float64")),
        (tensor(1, 2), tensor(1, 2, shape=(1, 2))),
        (tensor(1, 2), tensor(1, 2, type="torch.nn.parameter.Parameter")),
        (tensor(1), value(1)),
        (tensor(1, shape=()), tensor(1)),
        (tensor(1), value([1])),
        (value(1, is_complete=False), value(1, is_complete=False)),
        (value([1, 2], is_complete=False), value([1, 2], is_complete=False)),
        (Value(type="Thing", text="<Thing>"), Value(type="Thing", text="<Thing>")),
    ],
)
def test_not_equal(a: Value, b: Value) -> None:
    assert not equal(a, b, TOLERANCE)
    assert not equal(b, a, TOLERANCE)


def test_the_item_s_tolerance_counts() -> None:
    assert equal(value(0.5), value(0.52), 0.05)
    assert not equal(value(0.5), value(0.52), 0.01)
    assert not equal(value(50), value(52), 0.05)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(plain, plain)
def test_a_value_equals_itself_and_a_plain_one_equals_as_python_says(a: Any, b: Any) -> None:
    def has_float(thing: Any) -> bool:
        match thing:
            case dict():
                return any(map(has_float, thing.values()))
            case list() | tuple():
                return any(map(has_float, thing))
            case _:
                return isinstance(thing, float)

    assert equal(value(a), value(a), TOLERANCE)
    if not has_float(a) and repr(a) != repr(b):
        assert not equal(value(a), value(b), TOLERANCE) or a == b


# What a program prints

TENSOR = tensor(10, 2, 3, text="tensor([10,  2,  3])")


@pytest.mark.parametrize(
    ("stdout", "reading", "stated"),
    [
        ("390\n", 390, value(390)),
        ("0.50\n", 0.5, value(0.5)),
        ("0.33333\n", 0.33333, value(1 / 3)),
        ("-1e-05\n", -1e-5, value(-0.00001)),
        ("[1,2]\n", [1, 2], value([1, 2])),
        ("{'b': 2, 'a': -1}\n", {"b": 2, "a": -1}, value({"a": -1, "b": 2})),
        ("torch.Size([1, 5])\n", size(1, 5), size(1, 5)),
        ("tensor([10,  2,  3])\n", NameError("tensor"), TENSOR),
        ("tensor([10, 2, 3])\n", NameError("tensor"), TENSOR),
        ("tensor([10, 2, 3], dtype=torch.int8)\n", TENSOR, TENSOR),
        ("torch.float32\n", None, value("torch.float32", type="torch.dtype", text="torch.float32")),
        ("hello   world\n", SyntaxError("no"), value("hello world")),
        ("a\n\n  b \n", SyntaxError("no"), value("a\nb")),
        ("Sequential(\n  (0): Linear()\n)\n", SyntaxError("no"), value("Sequential( (0): Linear() )")),
        ("w [[1 2]\n [3 4]]\nend\n", SyntaxError("no"), value("w [[1 2] [3 4]]\nend")),
        ("\n", None, value("")),
        ("'a'\n", "a", value("'a'")),
        ("a\x1b[0m\n", NameError("a"), value("a\x1b[0m")),
        ("nan\n", NameError("nan"), value(math.nan)),
        ("None\n", value(None), value(None)),
        ("True\n", True, value(True)),
    ],
)
def test_printed(stdout: str, reading: object, stated: Value) -> None:
    printed = None if reading is None else reads(read=reading)["read"]
    assert says(printed, stdout, stated, TOLERANCE)


@pytest.mark.parametrize(
    ("stdout", "reading", "stated"),
    [
        ("390\n", 390, value(391)),
        ("390\n", 390, value(390.0)),
        ("390.0\n", 390.0, value(390)),
        ("1\n", 1, value(True)),
        ("(1, 5)\n", (1, 5), size(1, 5)),
        ("1 + 1\n", 2, value(2)),
        ("1 < 2\n", True, value(True)),
        ("math.pi\n", math.pi, value(math.pi)),
        ("sum([1, 2])\n", 3, value(3)),
        ("[1 + 1]\n", [2], value([2])),
        ("[x for x in (1, 2)]\n", [1, 2], value([1, 2])),
        ("'a'\n", "a", value("a")),
        ("1\n2\n", SyntaxError("no"), value("1 2")),
        ("1 2\n", SyntaxError("no"), value("1\n2")),
        ("12\n", 12, value("1 2")),
        ("\n", None, value(0)),
        ("5\n", NameError("x"), value(5, is_complete=False)),
        ("[1, …\n", SyntaxError("no"), value([1, 2], text="[1, …")),
        ("True\n", True, value("False")),
    ],
)
def test_not_printed(stdout: str, reading: object, stated: Value) -> None:
    printed = None if reading is None else reads(read=reading)["read"]
    assert not says(printed, stdout, stated, TOLERANCE)


@pytest.mark.parametrize("text", ["(" * 5000, "[" * 300 + "]" * 300, "-" * 9000 + "1", "\x00", "1" * 9000])
def test_no_printed_text_is_too_much(text: str) -> None:
    assert not says(reads(read=1)["read"], text, value(1), TOLERANCE)


# Messages


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("at 0x7f00deadbeef in", "at 0x… in"),
        ("<Thing object at 0x7F00>", "<Thing object at 0x…>"),
        ("No such file: '/home/me/data/x.pt'", "No such file: '…'"),
        ("in /usr/lib/python3.11/site-packages/torch/nn.py:12", "in …:12"),
        (r"in C:\Users\me\x.py now", "in … now"),
        ("~/.cache/torch/hub", "~…"),
        ("invalid syntax (<option>, line 12)", "invalid syntax (<option>, line …)"),
        ("one\n   two\tthree ", "one two three"),
    ],
)
def test_a_message_without_what_varies(message: str, told: str) -> None:
    assert normalised(message) == told
    assert normalised(told) == told


@pytest.mark.parametrize(
    "message",
    [
        "mat1 and mat2 shapes cannot be multiplied (2x2048 and 512x10)",
        "Dimension out of range (expected to be in range of [-2, 1], but got 2)",
        "size mismatch for fc.weight: torch.Size([1000, 512]) vs torch.Size([10, 512])",
        "expected a/b/c or 1/2/3, and ./data/x/y",
        "invalid literal for int() with base 10: '-1'",
        "linear(): inline 3 outline 4",
        "see https://pytorch.org/docs/stable/nn.html",
        "division / by / zero",
        "x0x10 and 10x0",
    ],
)
def test_what_a_message_is_about_stays(message: str) -> None:
    assert normalised(message) == message

"""Values are described without running anything of theirs. Imports torch in pytest's own process."""

import enum
import json
import math
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from quizkit.model.evidence import Value
from quizkit.model.text import printable
from quizkit.sandbox.child.describe import describe, in_brief


def boom(*_: object, **__: object) -> Any:
    raise AssertionError("something of the described object ran")


class Meta(type):
    __eq__ = __instancecheck__ = __subclasscheck__ = __repr__ = __str__ = boom
    __hash__ = type.__hash__
    __module__ = property(boom)


class Hostile(metaclass=Meta):
    __eq__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = __getattr__ = __format__ = __reduce__ = boom
    __hash__ = boom
    __class__ = property(boom)


class HostileInt(int, metaclass=Meta):
    __eq__ = __repr__ = __str__ = __index__ = __bool__ = bit_length = boom
    __hash__ = boom


class HostileStr(str):
    __repr__ = __str__ = __len__ = __getitem__ = encode = boom


class HostileList(list[object]):
    __iter__ = __len__ = __getitem__ = __repr__ = boom


class HostileTuple(tuple[object, ...]):
    __iter__ = __len__ = __getitem__ = __repr__ = boom


class HostileDict(dict[object, object]):
    __iter__ = __len__ = __getitem__ = __repr__ = items = keys = values = boom


class HostileTensor(torch.Tensor):
    tolist = detach = size = __torch_function__ = boom


class HostileArray(np.ndarray[Any, Any]):
    __repr__ = tolist = ravel = boom


class Point(NamedTuple):
    x: int
    y: int


class Color(enum.Enum):
    RED = 1


def told(value: object) -> Value:
    """Describe a value, send it as the child does, and read it as the parent does."""
    return Value.model_validate_json(json.dumps(describe(value), allow_nan=False))


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "NoneType", "None"),
        (True, "bool", "True"),
        (7, "int", "7"),
        (2**200, "int", str(2**200)),
        (0.1, "float", "0.1"),
        (math.nan, "float", "nan"),
        (-math.inf, "float", "-inf"),
        (1 + 2j, "complex", "(1+2j)"),
        ("a'b\n", "str", '"a\'b\\n"'),
        (b"\x00", "bytes", "b'\\x00'"),
        (..., "ellipsis", "Ellipsis"),
        (range(3), "range", "range(0, 3)"),
        (slice(1, None), "slice", "slice(1, None, None)"),
        ((1,), "tuple", "(1,)"),
        ([1, [2]], "list", "[1, [2]]"),
        (set(), "set", "set()"),
        ({2, 1}, "set", "{1, 2}"),
        (frozenset({1}), "frozenset", "frozenset([1])"),
        ({"a": 1}, "dict", "{'a': 1}"),
        (OrderedDict(a=1), "collections.OrderedDict", "OrderedDict(['a', 1])"),
        (Point(1, 2), "test_describe.Point", "Point([1, 2])"),
        (torch.Size([2, 3]), "torch.Size", "torch.Size([2, 3])"),
        (torch.float32, "torch.dtype", "torch.float32"),
        (torch.device("cpu"), "torch.device", "device(type='cpu')"),
        (torch.tensor([1, 2]), "torch.Tensor", "tensor([1, 2])"),
        (torch.tensor(True), "torch.Tensor", "tensor(True)"),
        (nn.Parameter(torch.zeros(1)), "torch.nn.parameter.Parameter", "tensor([0.])"),
        (np.float64(0.5), "numpy.float64", "0.5"),
        (np.bool_(True), "numpy.bool", "True"),
        (np.array([[1.5]]), "numpy.ndarray", "array([[1.5]])"),
        (int, "type", "int"),
        (nn.Linear, "type", "torch.nn.modules.linear.Linear"),
    ],
)
def test_a_plain_value_is_complete(value: object, kind: str, text: str) -> None:
    described = told(value)
    assert (described.type, described.text, described.is_complete) == (kind, text, True)


OPAQUE: dict[str, Callable[[], object]] = {
    "hostile": Hostile,
    "an integer of its own": lambda: HostileInt(1),
    "a string of its own": lambda: HostileStr("x"),
    "a list of them": lambda: [Hostile(), HostileInt(2)],
    "a mapping to them": lambda: {"key": Hostile()},
    "a count of them": lambda: Counter({"a": Hostile()}),
    "a slice of them": lambda: slice(Hostile(), None),
    "a built-in function": lambda: len,
    "a function": lambda: boom,
    "a method": lambda: [].append,
    "a module": lambda: nn.Linear(1, 1),
    "a member of an enumeration": lambda: Color.RED,
    "a generator": lambda: (n for n in range(3)),
    "a tensor of its own": lambda: torch.ones(2).as_subclass(HostileTensor),
    "an array of its own": lambda: np.ones(2).view(HostileArray),
    "a meta tensor": lambda: torch.ones(2, device="meta"),
    "a sparse tensor": lambda: torch.ones(2).to_sparse(),
    "many elements": lambda: torch.ones(1001),
    "many elements in numpy": lambda: np.ones(1001),
    "an array of objects": lambda: np.array([object()]),
    "an array of text": lambda: np.array(["text"]),
    "a date": lambda: np.datetime64("2026-01-01"),
    "a huge integer": lambda: 10**700,
    "a huge range": lambda: range(10**700),
    "a long text": lambda: "x" * 20_001,
    "long bytes": lambda: b"x" * 20_001,
    "a long list": lambda: list(range(500)),
    "a large mapping": lambda: {n: n for n in range(300)},
}


@pytest.mark.parametrize("name", OPAQUE)
def test_what_cannot_be_told_whole_says_so(name: str) -> None:
    described = told(OPAQUE[name]())
    assert not described.is_complete
    assert described.type and len(described.text) <= 2000


@pytest.mark.parametrize("kind", [HostileList, HostileTuple])
def test_a_members_own_functions_are_not_used(kind: type) -> None:
    described = told(kind([1, 2]))
    assert described.items is not None and [item.scalar for item in described.items] == [1, 2]


def test_a_mappings_own_functions_are_not_used() -> None:
    for value in (HostileDict(a=1), defaultdict(boom, a=1)):
        described = told(value)
        assert described.items is not None and [item.scalar for item in described.items] == ["a", 1]
        assert described.is_complete


def test_content_is_what_is_compared() -> None:
    assert told(torch.tensor([[1.0, math.nan]])).numbers == (1.0, "nan")
    assert told(torch.tensor([[1.0, 2.0]])).shape == (1, 2)
    assert told(np.array([2**60])).numbers == (str(2**60),)
    assert told(torch.tensor([1j])).numbers == ("1j",)
    assert told(torch.tensor([1.0], dtype=torch.bfloat16)).dtype == "torch.bfloat16"
    assert told("\ud800").scalar == "\\ud800"


def test_a_description_is_small_whatever_it_is_of() -> None:
    endless: list[object] = []
    endless.append(endless)
    deep: object = 0
    for _ in range(50):
        deep = [deep, deep]
    many = [torch.ones(900) for _ in range(400)]
    wide = {str(n) * 500: ["\U0001f600" * 30_000] * 300 for n in range(300)}
    for value in (endless, deep, many, wide, [None] * 10_000_000, "\U0001f600" * 10_000_000):
        assert len(json.dumps(describe(value))) < 1_000_000
        assert not told(value).is_complete


def test_describing_changes_nothing() -> None:
    model, state = nn.Linear(2, 2), torch.get_rng_state()
    output = model(torch.ones(1, 2))
    describe([model, output, model.weight, iter([1])])
    output.sum().backward()
    assert torch.equal(torch.get_rng_state(), state) and model.weight.grad is not None


def test_a_default_device_does_not_stop_the_description() -> None:
    value = torch.ones(2)
    torch.set_default_device("meta")
    try:
        assert told(value).numbers == (1.0, 1.0)
    finally:
        torch.set_default_device(None)


def test_in_brief_there_is_no_content() -> None:
    for value in ([1, 2], torch.ones(3), "x" * 5000):
        brief = Value.model_validate(in_brief(describe(value)))
        assert (brief.items, brief.numbers, brief.scalar, brief.is_complete) == (None, None, None, False)
        assert brief.text == told(value).text
    assert in_brief(describe(7)) == describe(7)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_what_is_told_is_what_python_shows(value: object) -> None:
    described = told(value)
    if described.is_complete and len(repr(value)) < 2000:
        assert described.text == printable(repr(value).encode("utf-8", "backslashreplace").decode("utf-8"))


@pytest.mark.parametrize("name", ["formatter", "override_repr"])
def test_functions_that_numpy_prints_with_are_not_asked(name: str) -> None:
    if name not in np.get_printoptions():
        pytest.skip("an option of later versions")
    hook: Any = {"all": boom} if name == "formatter" else boom
    with np.printoptions(**{name: hook}):
        assert told(np.ones(2)).text == "array([1., 1.])"


def test_a_printer_of_torch_that_was_replaced_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_str", "_str_intern", "_tensor_str", "_Formatter"):
        monkeypatch.setattr(torch._tensor_str, name, boom)
    assert told(torch.tensor([0.5, 2.0])).text == "tensor([0.5000, 2.0000])"


def test_plain_options_of_torchs_printer_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch._tensor_str.PRINT_OPTS, "precision", 1)
    assert told(torch.tensor(3.14159)).text == "tensor(3.1)"


def test_an_option_of_torchs_printer_that_is_none_of_torchs_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch._tensor_str.PRINT_OPTS, "precision", HostileInt(2))
    assert told(torch.tensor(3.14159)).text.startswith("tensor(3.1")


def test_a_tensor_that_cannot_be_printed_is_still_told_by_its_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "isfinite", boom)
    seen = told(torch.tensor([[0.5], [2.0]]))
    assert seen.text == "tensor of shape [2, 1], torch.float32" and seen.numbers == (0.5, 2.0)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3), (0,), (2, 0), (100_000, 0), (1,) * 20])
def test_the_numbers_of_a_tensor_are_its_elements_in_order(shape: tuple[int, ...]) -> None:
    tensor = torch.arange(math.prod(shape)).view(shape)
    assert told(tensor).numbers == tuple(range(math.prod(shape)))


def test_a_tensor_is_read_however_it_lies_in_memory() -> None:
    assert told(torch.arange(6).view(2, 3).T).numbers == (0, 3, 1, 4, 2, 5)
    assert told(torch.tensor([1 + 2j]).conj()).numbers == ("(1-2j)",)
    assert told(torch.ones(2, requires_grad=True) * 2).text == "tensor([2., 2.])"

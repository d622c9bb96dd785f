"""A prediction is held against what happened by what it means, however it is laid out. Pure."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizkit.model.evidence import Checked, Evidence, Outcome, Raise, Read, SubValue, Value
from quizkit.tui.prediction import agreement, is_comparable


def happened(outcome: Outcome = Outcome.RETURNED, **fields: Any) -> Evidence:
    return Evidence(digest="", environment="", outcome=outcome, **fields)


def gave(source: str, value: Value, *, holds: bool | None = True) -> Evidence:
    part = SubValue(source=source, value=value)
    return happened(expectations={"as told": Checked(holds=holds, sub_values=(part,))})


def size(*sides: int) -> Value:
    items = tuple(Value(type="int", text=str(side), scalar=side) for side in sides)
    return Value(type="torch.Size", text=f"torch.Size({list(sides)})", items=items)


def names(*every: str) -> Value:
    items = tuple(Value(type="str", text=repr(each), scalar=each) for each in every)
    return Value(type="list", text=repr(list(every)), items=items)


RAISED = happened(
    Outcome.RAISED,
    raised=Raise(type="RuntimeError", message="mat1 and mat2 shapes cannot be multiplied (1x10)", phase="forward"),
)
TENSOR = Value(type="torch.Tensor", text="tensor([[0., 0.],\n        [0., 0.]])", dtype="torch.float32", shape=(2, 2))


def is_so(said: str, evidence: Evidence) -> bool:
    return agreement(said, evidence) is not None


@pytest.mark.parametrize(
    "said",
    ["(2, 10)", "2,10", " [2,  10] ", "torch.Size([2, 10])", "Size([2,10])", "2x10", "2 \u00d7 10", "shape (2, 10)"],
)
def test_a_shape_is_the_same_in_every_layout(said: str) -> None:
    assert is_so(said, gave("y.shape", size(2, 10)))
    assert not is_so(said, gave("y.shape", size(10, 2)))
    assert not is_so(said, gave("y.shape", size(2, 10, 1)))


@pytest.mark.parametrize("said", ["1", "10", "0", "(1,)", "(1, 0)", "size", "torch", "(", "10,)"])
def test_a_part_of_what_happened_is_not_what_happened(said: str) -> None:
    assert not is_so(said, gave("y.shape", size(10, 3)))
    assert not is_so(said, RAISED)
    assert not is_so("1", gave("y.shape", size(10)))


def test_one_side_in_brackets_is_a_shape_and_without_them_a_number() -> None:
    assert is_so("(10)", gave("y.shape", size(10))) and is_so("[10]", gave("y.shape", size(10)))
    assert not is_so("10", gave("y.shape", size(10)))
    assert is_so("10", gave("n", Value(type="int", text="10", scalar=10)))


def test_the_shape_of_an_array_can_be_said() -> None:
    found = agreement("2x2", gave("y", TENSOR))
    assert found is not None and (found.what, found.got) == ("the shape of y", "(2, 2)")


@pytest.mark.parametrize(
    "said", ["RuntimeError", "runtimeerror", "raises RuntimeError", "a RuntimeError", "RuntimeError during forward"]
)
def test_an_error_is_known_by_its_exact_name(said: str) -> None:
    found = agreement(said, RAISED)
    assert found is not None and found.got == "RuntimeError during forward"


@pytest.mark.parametrize("said", ["TypeError", "Runtime", "RuntimeError during step", "mat1", "NotARuntimeError"])
def test_another_error_is_another(said: str) -> None:
    assert not is_so(said, RAISED)


def test_whether_it_raises_at_all_can_be_said() -> None:
    assert is_so("raises", RAISED) and is_so("an error", RAISED) and not is_so("returns", RAISED)
    assert is_so("no error", happened()) and not is_so("error", happened())


@pytest.mark.parametrize("said", ["fc.weight, fc.bias", "{'fc.bias', 'fc.weight'}", "[fc.bias,fc.weight]"])
def test_names_are_a_set(said: str) -> None:
    assert is_so(said, gave("moved", names("fc.weight", "fc.bias")))
    assert not is_so(said, gave("moved", names("fc.weight")))
    assert not is_so(said, gave("moved", names("fc.weight", "fc.bias", "conv1.weight")))


def test_a_truth_is_that_of_every_expectation_and_of_no_part() -> None:
    parts = tuple(
        SubValue(source=str(each), value=Value(type="bool", text=str(each), scalar=each)) for each in (True, False)
    )
    both = happened(expectations={"one": Checked(holds=True, sub_values=parts), "two": Checked(holds=False)})
    assert is_so("False", both) and not is_so("True", both)
    assert not is_so("1", happened(expectations={"one": Checked(holds=True)}))
    raised = happened(expectations={"one": Checked(holds=None)})
    assert not is_so("False", raised) and not is_so("True", raised)


def test_numbers_are_compared_as_numbers() -> None:
    half = gave("loss", Value(type="float", text="0.50001", scalar=0.50001))
    assert is_so("0.5", half) and is_so(".5", half) and not is_so("0.51", half) and not is_so("0", half)
    assert is_so("1e3", gave("n", Value(type="int", text="1000", scalar=1000)))


def test_what_was_printed_can_be_said_and_what_is_an_option_cannot() -> None:
    printed = happened(stdout="torch.Size([4, 512])\n", values={"wrong": Read(value=size(1, 2))})
    assert is_so("4x512", printed) and not is_so("(1, 2)", printed)
    assert is_so("(3, 4)", happened(observe=Read(value=size(3, 4))))


def test_what_was_cut_is_equal_to_nothing() -> None:
    assert not is_so("(1,)", gave("y", size(1).model_copy(update={"is_complete": False})))
    assert not is_so("a", gave("y", Value(type="list", text="['a', 'b…", is_complete=False)))


@pytest.mark.parametrize("said", ["fc.weight, fc.bias", "fc.bias,fc.weight", "['fc.weight', 'fc.bias']"])
def test_of_a_part_its_text_is_all_that_is_recorded(said: str) -> None:
    told = gave("names", Value(type="list", text="['fc.weight', 'fc.bias']", is_complete=False))
    assert is_so(said, told) and not is_so("fc.weight", told)
    assert is_so("(2, 10)", gave("y.shape", Value(type="torch.Size", text="torch.Size([2, 10])", is_complete=False)))


@pytest.mark.parametrize("said", ["cannot be multiplied", "the head learns", "(2, 10", "?", ""])
def test_what_cannot_be_compared_is_told_apart(said: str) -> None:
    assert not is_comparable(said) and not is_so(said, RAISED)


@pytest.mark.parametrize(
    "said", ["(2, 10)", "2x10", "RuntimeError", "raises RuntimeError", "fc.weight, fc.bias", "True", "error"]
)
def test_what_can_be_compared(said: str) -> None:
    assert is_comparable(said)


@given(st.text(max_size=40))
def test_whatever_is_typed_has_an_answer(said: str) -> None:
    for evidence in (RAISED, gave("y.shape", size(2, 10)), gave("moved", names("fc.weight"))):
        agreement(said, evidence)
    is_comparable(said)


@given(st.lists(st.integers(0, 99), min_size=1, max_size=4), st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_a_shape_is_right_only_if_it_is_the_shape(said: list[int], was: list[int]) -> None:
    assert is_so(str(said), gave("y.shape", size(*was))) == (said == was)

"""Every operator: what it changes, that it changes one thing, and what is no item any more."""

from typing import Any

import pytest
from made_up_sandbox import bank_of
from staging import item

from quizkit.model.event import Operator
from quizkit.model.item import Item
from quizkit.proof.mutants import Mutant, mutants
from quizkit.proof.subject import Content, subjects


def made(asked: Item, operator: Operator) -> list[Mutant]:
    (subject,) = subjects(bank_of(asked))
    return [mutant for mutant in mutants(subject) if mutant.operator == operator]


def data(asked: Content) -> dict[str, Any]:
    return asked.model_dump(mode="json", exclude_unset=True)


def differences(before: Any, after: Any, path: str = "") -> dict[str, tuple[Any, Any]]:
    """Every place where two plain values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            place: change
            for name in before | after
            for place, change in differences(before.get(name), after.get(name), f"{path}.{name}").items()
        }
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return {place: change for n, (a, b) in pairs for place, change in differences(a, b, f"{path}.{n}").items()}
    return {} if before == after else {path.removeprefix("."): (before, after)}


def changed(asked: Item, operator: Operator) -> list[dict[str, tuple[Any, Any]]]:
    """What each mutant of an operator differs in; those that are no item are left out."""
    return [
        differences(data(asked), data(mutant.subject.content))
        for mutant in made(asked, operator)
        if mutant.subject is not None
    ]


def two(**fields: Any) -> Item:
    """A snippet item of two options."""
    options = {"right": {"code": "m.fc = 10"}, "wrong": {"code": "m.fc = 3", "fails": "ten"}}
    plain = {
        "given": "m = type('M', (), {})()",
        "options": options,
        "key": ["right"],
        "expect": {"ten": "m.fc == 10"},
    }
    return item("snippet", **{**plain, **fields})


def claim(**fields: Any) -> Item:
    """A claim item, two of its three options keyed."""
    options = {
        "right": {"text": "One.", "claim": "x == 1"},
        "also": {"text": "Odd.", "claim": "x % 2 == 1"},
        "wrong": {"text": "Two.", "claim": "x == 2"},
    }
    return item("claim", **{"given": "x = 1", "options": options, "key": ["right", "also"], **fields})


def output(**fields: Any) -> Item:
    """An output item; an option states a raise."""
    options = {
        "right": {"value": "[1, 5]", "claim": "len(x) == 2"},
        "raises": {"raises": "TypeError", "during": "given"},
    }
    return item("output", **{"given": "x = [1, 5]\nprint(x)", "options": options, "key": ["right"], **fields})


def diagnosis(**fields: Any) -> Item:
    """A script that raises."""
    plain: dict[str, Any] = {
        "given": "x = [1, 2]\ny = x[7]",
        "premise": {"raises": "IndexError", "during": "given"},
        "options": {
            "index": {"text": "The index.", "cure": {"7": "1"}},
            "list": {"text": "The list.", "cure": {"1, 2": "1, 2, 3"}},
            "remark": {"text": "It is empty.", "claim": "x == []"},
        },
        "key": ["index"],
        "expect": {"last": "y == 2", "bound": "x is not None"},
    }
    return item("diagnosis", **{**plain, **fields})


EVERY = {
    "snippet": two(),
    "snippet, negated": two(negated=True, key=["wrong"]),
    "snippet, contexts": two(contexts={"n": ["1", "2"]}, setup="n = $n"),
    "claim": claim(),
    "output": output(),
    "diagnosis": diagnosis(),
}


def test_flip_key_lets_a_distractor_and_a_keyed_option_trade_places() -> None:
    assert [mutant.change for mutant in made(claim(), "flip-key")] == [
        "wrong in the key instead of right",
        "wrong in the key instead of also",
    ]
    assert changed(two(), "flip-key") == [{"key.0": ("right", "wrong"), "options.1.fails": ("ten", None)}]


def test_an_option_of_a_negated_item_that_should_now_hold_declares_no_failure() -> None:
    negated = two(negated=True, key=["wrong"])
    assert changed(negated, "flip-key") == [{"key.0": ("wrong", "right"), "options.1.fails": ("ten", None)}]


def test_swap_options_trades_what_they_say_and_leaves_texts_and_ids() -> None:
    assert changed(two(), "swap-options") == [
        {"options.0.code": ("m.fc = 10", "m.fc = 3"), "options.1.code": ("m.fc = 3", "m.fc = 10")}
    ]
    (first, _) = changed(claim(), "swap-options")
    assert first == {"options.0.claim": ("x == 1", "x == 2"), "options.2.claim": ("x == 2", "x == 1")}


def test_swap_options_trades_a_value_for_a_raise_whole() -> None:
    (change,) = changed(output(), "swap-options")
    assert change == {
        "options.0.value": ("[1, 5]", None),
        "options.0.claim": ("len(x) == 2", None),
        "options.0.raises": (None, "TypeError"),
        "options.0.during": (None, "given"),
        "options.1.value": (None, "[1, 5]"),
        "options.1.claim": (None, "len(x) == 2"),
        "options.1.raises": ("TypeError", None),
        "options.1.during": ("given", None),
    }


def test_delete_statement_takes_one_of_each_and_keeps_blocks_whole() -> None:
    code = "for _ in range(2):\n    m.fc = 10\nif m:\n    pass\nelse:\n    m = 2\n"
    asked = two(options={"right": {"code": code}, "wrong": {"code": "m.fc = 3"}})
    left = [change["options.0.code"][1] for change in changed(asked, "delete-statement")]
    assert left == [
        "if m:\n    pass\nelse:\n    m = 2",
        "for _ in range(2):\n    m.fc = 10",
        "for _ in range(2):\n    pass\nif m:\n    pass\nelse:\n    m = 2",
        "for _ in range(2):\n    m.fc = 10\nif m:\n    pass\nelse:\n    m = 2",
        "for _ in range(2):\n    m.fc = 10\nif m:\n    pass\nelse:\n    pass",
    ]


def test_the_only_statement_leaves_nothing_to_do() -> None:
    assert changed(two(), "delete-statement") == [{"options.0.code": ("m.fc = 10", "pass")}]


@pytest.mark.parametrize("code", ["m.fc = 10", "m.fc = 0x10", "m.fc = 1_0"])
def test_change_integer_makes_it_one_more(code: str) -> None:
    asked = two(options={"right": {"code": code}, "wrong": {"code": "m.fc = 3"}}, expect={"some": "m.fc is not None"})
    (change,) = changed(asked, "change-integer")
    assert change["options.0.code"][1] in {"m.fc = 11", "m.fc = 17"}


def test_change_integer_leaves_floats_names_texts_and_comments_alone() -> None:
    code = "m.fc2 = 1.5 + 1e3 + len('layer 4')  # 10 of them\nm.conv1d = -1"
    asked = two(options={"right": {"code": code}, "wrong": {"code": "m.fc = 3"}}, expect={"some": "m.fc is not None"})
    (change,) = changed(asked, "change-integer")
    assert change["options.0.code"][1] == code.replace("-1", "-2")


def test_change_integer_takes_expectations_and_what_should_hold_but_no_distractor() -> None:
    assert changed(two(), "change-integer") == [
        {"options.0.code": ("m.fc = 10", "m.fc = 11")},
        {"expect.ten": ("m.fc == 10", "m.fc == 11")},
    ]
    negated = two(negated=True, key=["wrong"])
    assert changed(negated, "change-integer") == changed(two(), "change-integer"), "the same option should hold"


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        (claim(), ["options.0.claim", "options.1.claim", "options.1.claim"]),
        (output(), ["options.0.value", "options.0.value", "options.0.claim"]),
        (diagnosis(), ["options.0.cure.7", "expect.last"]),
    ],
    ids=["claim", "output", "diagnosis"],
)
def test_change_integer_reaches_every_kind(asked: Item, places: list[str]) -> None:
    assert [place for change in changed(asked, "change-integer") for place in change] == places


def test_drop_expectation_takes_what_fails_by_it_along_and_never_the_last() -> None:
    assert made(two(), "drop-expectation") == []
    asked = two(expect={"ten": "m.fc == 10", "bound": "m is not None"})
    assert changed(asked, "drop-expectation") == [
        {"expect.ten": ("m.fc == 10", None), "options.1.fails": ("ten", None)},
        {"expect.bound": ("m is not None", None)},
    ]


@pytest.mark.parametrize(
    ("asked", "operator", "number", "why"),
    [
        (diagnosis(), "flip-key", 1, "a keyed diagnosis needs a cure"),
        (diagnosis(premise="last"), "drop-expectation", 0, "the premise names it"),
        (diagnosis(), "delete-statement", 0, "what is left of the cure makes no program"),
    ],
)
def test_what_the_loader_would_refuse_is_stillborn(asked: Item, operator: Operator, number: int, why: str) -> None:
    assert made(asked, operator)[number].subject is None, why


def test_every_variant_is_changed_by_itself() -> None:
    asked = two(variants=[{"n": "1"}, {"n": "2"}], setup="n = $n")
    found = made(asked, "change-integer")
    assert [mutant.instance for mutant in found] == ["asked?n=1"] * 2 + ["asked?n=2"] * 2
    for mutant in found:
        assert mutant.subject is not None
        assert data(mutant.subject.content)["setup"] == f"n = {mutant.instance[-1]}"


@pytest.mark.parametrize("name", EVERY)
def test_a_mutant_changes_no_more_than_it_tells(name: str) -> None:
    asked = EVERY[name]
    (subject,) = subjects(bank_of(asked))
    told = [mutant for mutant in mutants(subject) if mutant.subject is not None]
    assert {mutant.operator for mutant in told} >= {"flip-key", "swap-options"}
    for mutant in told:
        assert mutant.subject is not None
        places = differences(data(asked), data(mutant.subject.content))
        fields = {place for place in places if not place.endswith("fails")}
        assert len(fields) == 1 or mutant.operator == "swap-options"
        assert mutant.subject.name == subject.name


def test_the_same_integer_in_two_places_is_told_apart() -> None:
    asked = claim(
        given="x = 1",
        options={"a": {"text": "A.", "claim": "x == 1\\\n and x < 1 + 1"}, "b": {"text": "B.", "claim": "x == 2"}},
        key=["a"],
    )
    assert [mutant.change for mutant in made(asked, "change-integer")] == [
        "'x == 2\\\\' instead of 'x == 1\\\\'",
        "'and x < 2 + 1' instead of 'and x < 1 + 1'",
        "'and x < 1 + 2' instead of 'and x < 1 + 1'",
    ]

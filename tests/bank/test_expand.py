from typing import Any

import pytest
from pydantic import TypeAdapter

from quizkit.bank.builtin import builtin
from quizkit.bank.expand import (
    contexts,
    cured,
    filled,
    has_slot,
    instances,
    placeholders,
    slot,
    splice,
    validated,
)
from quizkit.bank.loader import load
from quizkit.model.item import Item

RAISE = {"raises": "E", "during": "then", "match": "$n"}
ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def item(**changes: Any) -> Item:
    return ITEM.validate_python(
        {
            "id": "a",
            "kind": "snippet",
            "difficulty": "easy",
            "concepts": ["x"],
            "stem": "Which $arch?",
            "given": "model = make('$arch', f'{x}$y')",
            "options": [
                {"id": "one", "code": "n = $n", "rationale": "$$n $no $N ${n}", "fails": "is $n"},
                {
                    "id": "two",
                    "code": "n = 0",
                    "rationale": "r",
                    "fails": {"raises": "E", "during": "then", "match": "$n"},
                },
            ],
            "key": ["two"],
            "then": "check($n)",
            "expect": {"is $n": "n == $n", "match": "m == $n"},
            **changes,
        }
    )


def test_a_product_is_every_combination_in_order() -> None:
    made = instances(item(variants={"arch": ["a", "b"], "n": ["1", "2"]}))
    assert [instance.id for instance in made] == ["a?arch=a&n=1", "a?arch=a&n=2", "a?arch=b&n=1", "a?arch=b&n=2"]
    assert [instance.variant for instance in made][1] == {"arch": "a", "n": "2"}


def test_rows_are_taken_as_they_are() -> None:
    made = instances(item(variants=[{"arch": "a", "n": "1"}, {"arch": "b", "n": "2"}]))
    assert [instance.id for instance in made] == ["a?arch=a&n=1", "a?arch=b&n=2"]


def test_variants_are_filled_in_everywhere_and_nothing_else_is() -> None:
    (made,) = instances(item(variants={"arch": ["res{net}"], "n": ["1"]}))
    filled_in: Any = made.item
    assert filled_in.stem == "Which res{net}?"
    assert filled_in.given == "model = make('res{net}', f'{x}$y')"
    assert filled_in.options[0].code == "n = 1"
    assert filled_in.options[0].rationale == "$1 $no $N ${n}"
    assert filled_in.options[0].fails == "is 1"
    assert filled_in.options[1].fails.match == "1"
    assert (filled_in.then, filled_in.expect) == ({"then": "check(1)"}, {"is 1": "n == 1", "match": "m == 1"})
    assert filled_in.variants is None


def test_contexts_are_filled_in_only_where_no_learner_reads() -> None:
    made = contexts(item(setup="s = '$arch'", contexts={"arch": ["a", "b"], "n": ["1"]}))
    assert [label for label, _ in made] == ["arch=a, n=1", "arch=b, n=1"]
    filled_in: Any = made[1][1]
    assert filled_in.setup == "s = 'b'"
    assert filled_in.then == {"then": "check(1)"}
    assert filled_in.expect["match"] == "m == 1"
    assert filled_in.options[1].fails.match == "1"
    assert filled_in.stem == "Which $arch?"
    assert filled_in.options[0].code == "n = $n"


def test_a_cure_of_the_word_match_is_read_by_learners() -> None:
    diagnosis = item(
        kind="diagnosis",
        premise="is 1",
        expect={"is 1": "x == 1"},
        options=[
            {"id": "one", "text": "t", "cure": {"match": "$n"}, "rationale": "r"},
            {"id": "two", "text": "u", "cure": {}, "rationale": "r"},
        ],
        contexts={"n": ["1"]},
    )
    ((_, filled_in),) = contexts(diagnosis)
    assert getattr(filled_in.options[0], "cure", None) == {"match": "$n"}


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert filled("$a $b", {"a": "$b", "b": "$a"}) == "$b $a"


def test_an_item_without_tables_is_its_only_instance() -> None:
    plain = item()
    assert [(made.id, made.item) for made in instances(plain)] == [("a", plain)]
    assert contexts(plain) == [("", plain)]


def test_what_is_filled_in_is_what_would_be_loaded() -> None:
    shipped = [entry.item for pattern in load(builtin(), is_own=True).patterns for entry in pattern.items]
    made_up = item(variants=[{"arch": "{}", "n": "1"}], contexts={"m": ["2", "3"]}, setup="s = $m", hints=["$arch"])
    filled_in = [
        concrete
        for written in (*shipped, made_up)
        for instance in instances(written)
        for _, concrete in contexts(instance.item)
        if concrete is not written
    ]
    assert len(filled_in) > 20
    for concrete in filled_in:
        again = validated(concrete)
        assert (again, again.model_fields_set) == (concrete, concrete.model_fields_set)


def test_keys_that_become_one_are_refused() -> None:
    twice = item(variants={"n": ["1"], "arch": ["1"]}, expect={"is $n": "x", "is $arch": "y"})
    with pytest.raises(ValueError, match="'is 1' stands twice in expect"):
        instances(twice)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$a and $b_2", {"a", "b_2"}),
        ("$1 $A $ $_x a$", set()),
        ("f'{$a}' '$ab'", {"a", "ab"}),
        ("no dollar", set()),
    ],
)
def test_placeholders_are_dollars_before_lower_case_names(text: str, expected: set[str]) -> None:
    assert placeholders(text) == expected


@pytest.mark.parametrize(
    ("given", "code", "expected"),
    [
        ("a\n$option\nb", "c\nd\n", "a\nc\nd\nb"),
        ("if x:\n    $option  \nb", "c\n\nd", "if x:\n    c\n\n    d\nb"),
        ("if x:\n\t$option", "if y:\n    c", "if x:\n\tif y:\n\t    c"),
        ("if x:\n  $option", 's = """a\n b"""\nt', 'if x:\n  s = """a\n b"""\n  t'),
        ("if x:\n  $option", "f(a,\nb)", "if x:\n  f(a,\n  b)"),
        ("if x:\n  $option", r"re.sub('\1', '\g<0>')", "if x:\n  re.sub('\\1', '\\g<0>')"),
        ("if x:\n  $option", None, "if x:\n  pass"),
        ("x = $option", "c", "x = $option"),
        ("$options", "c", "$options"),
    ],
)
def test_an_option_goes_in_its_slot_re_indented(given: str, code: str | None, expected: str) -> None:
    assert splice(given, code) == expected


def test_a_slot_is_a_line_of_its_own() -> None:
    assert has_slot("a\n  $option\nb")
    assert not has_slot("a = $option")
    assert slot("a\n  $option\nb") == (2, 3)


def test_every_edit_of_a_cure_is_found_in_the_original() -> None:
    assert cured("a = 1\nb = 2\n", {"b = 2": "a = 1", "a = 1": "b = 2"}) == "b = 2\na = 1\n"
    assert cured("a = 1", {}) == "a = 1"
    assert cured("a = 1", {" = 1": ""}) == "a"


@pytest.mark.parametrize(
    ("given", "edits", "message"),
    [
        ("a = 1", {"b": "c"}, "'b' stands not in given"),
        ("a = a", {"a": "b"}, "'a' stands more than once in given"),
        ("aaa", {"aa": "b"}, "'aa' stands more than once in given"),
        ("a = 1", {"": "b"}, "'' stands more than once in given"),
        ("abc", {"ab": "x", "bc": "y"}, "two edits overlap"),
    ],
)
def test_an_edit_that_is_not_found_exactly_once_is_refused(given: str, edits: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cured(given, edits)

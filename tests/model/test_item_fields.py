"""What an item's own fields refuse and derive; how problems are worded and placed is the bank's affair."""

import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from quizkit.model.failure import Failure, Regex
from quizkit.model.item import KINDS, Item
from quizkit.model.option import OutputOption
from quizkit.model.table import ROW_LIMIT, Table, placeholder_names, row_count, rows

TABLE: TypeAdapter[Any] = TypeAdapter(Table)
REGEX: TypeAdapter[str] = TypeAdapter(Regex)
ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def test_a_product_has_a_row_for_every_combination() -> None:
    table = TABLE.validate_python({"a": ["1", "2"], "b": ["3"], "c": ["4", "5"]})
    assert rows(table) == [
        {"a": "1", "b": "3", "c": "4"},
        {"a": "1", "b": "3", "c": "5"},
        {"a": "2", "b": "3", "c": "4"},
        {"a": "2", "b": "3", "c": "5"},
    ]
    assert (row_count(table), placeholder_names(table)) == (4, {"a", "b", "c"})


def test_rows_are_themselves() -> None:
    table = TABLE.validate_python([{"a": "1", "b": ""}, {"b": "2", "a": "1"}])
    assert rows(table) == [{"a": "1", "b": ""}, {"a": "1", "b": "2"}]
    assert (row_count(table), placeholder_names(table)) == (2, {"a", "b"})


def test_no_table_is_one_empty_row() -> None:
    assert (rows(None), row_count(None), placeholder_names(None)) == ([{}], 1, set())


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "at least 1"),
        ([], "at least 1"),
        ([{}], "at least 1"),
        ({"a": []}, "at least 1"),
        ({"a": ["1", "1"]}, r"gives \$a the same text twice"),
        ([{"a": "1"}, {"b": "1"}], "row 2 does not name the placeholders of row 1"),
        ([{"a": "1"}, {"a": "1", "b": "2"}], "row 2 does not name the placeholders of row 1"),
        ([{"a": "1"}, {"a": "1"}], "row 2 is there twice"),
        ({"a": ["\x1b[1m"]}, r"holds a hidden character in '\\\\x1b"),
        ([{"a": "x\u202e"}], r"holds a hidden character in 'x"),
        ({f"p{n}": [str(i) for i in range(10)] for n in range(40)}, "makes 1.* rows, the limit is 200"),
        ([{"a": str(n)} for n in range(ROW_LIMIT + 1)], "at most 200"),
        ({"A": ["1"]}, "match pattern"),
        ({"a": "1"}, "valid tuple"),
    ],
)
def test_a_table_is_regular_and_small(table: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TABLE.validate_python(table)


@pytest.mark.parametrize(
    "pattern",
    [
        "mat1 and mat2 shapes cannot be multiplied",
        r"size mismatch.*fc\.weight.*",
        r"expected (?:input|target) to have \d+ channels",
        r"[*+?{(|]{3}",
        r"a\+\*\(\)+",
        "^(no|not) attribute 'classifier'$",
        "(?i)cannot",
    ],
)
def test_a_useful_regular_expression_is_taken(pattern: str) -> None:
    assert REGEX.validate_python(pattern) == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        "(?:a*)*b",
        "((a{1,9}){1,9}){1,9}b",
        "(a|b|ab)+?c",
        "a*a*a*b",
        "a?" * 30 + "a" * 30,
        "(a|a)" * 30 + "b",
        ".*.*.*x",
        "x{0,}y{1,}z{2,}",
    ],
)
def test_a_regular_expression_that_may_explode_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="may take for ever to search"):
        REGEX.validate_python(pattern)


@pytest.mark.parametrize("pattern", ["(", "[", "*", "a{99999999999}", "(?P<1>)", r"\1", "(" * 150, "a" * 301, "x**"])
def test_what_does_not_compile_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError):
        REGEX.validate_python(pattern)


@pytest.mark.parametrize("pattern", [".*", "$", "a?", "x|", "()", "(?=)", r"\d*", "^"])
def test_what_matches_every_message_is_refused(pattern: str) -> None:
    with pytest.raises(ValidationError, match="matches every message"):
        REGEX.validate_python(pattern)


@pytest.mark.parametrize("pattern", ["a*a*b", "(a?b?c?d?|e?f?g?)h", "[ab]+[ab]+c", "(a|aa|aaa|aaaa|a|a|a|a|a)b"])
def test_what_is_taken_is_searched_quickly(pattern: str) -> None:
    REGEX.validate_python(pattern)
    assert re.search(pattern, "a" * 500) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"value": "1", "raises": "E", "during": "given"},
        {},
        {"raises": "E"},
        {"during": "given"},
        {"value": "1", "during": "given"},
        {"value": "1", "match": "x"},
    ],
)
def test_an_output_option_says_a_value_or_a_whole_raise(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"either a value or a raise|a whole raise"):
        OutputOption.model_validate({"id": "a", "rationale": "r", **fields})


def test_an_output_option_that_raises_declares_a_failure() -> None:
    option = OutputOption(id="a", rationale="r", raises="E", during="then", match="x")
    assert option.failure() == Failure(raises="E", during="then", match="x")
    assert option.shown() == "E during then"
    assert OutputOption(id="a", rationale="r", value="1").failure() is None


CLAIM = {
    "id": "a", "kind": "claim", "difficulty": "easy", "concepts": ["x"], "stem": "s", "given": "x = 1", "key": ["b"],
    "options": [{"id": name, "text": name, "claim": f"x == {n}", "rationale": "r"} for n, name in enumerate("bc")],
}  # fmt: skip


def test_the_key_says_who_should_hold() -> None:
    plain, negated = ITEM.validate_python(CLAIM), ITEM.validate_python({**CLAIM, "negated": True})
    assert [plain.should_hold(option) for option in "bc"] == [True, False]
    assert [negated.should_hold(option) for option in "bc"] == [False, True]


def test_a_single_program_is_the_stage_then() -> None:
    assert ITEM.validate_python({**CLAIM, "then": "y = 1"}).then == {"then": "y = 1"}
    assert list(ITEM.validate_python({**CLAIM, "then": {"b": "y = 1", "a": "z = 1"}}).then) == ["b", "a"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"then": {"setup": "x"}}, "names a stage 'setup', which is a phase of the harness"),
        ({"contexts": {"a": ["1"]}, "variants": {"a": ["1"]}}, r"declares \$a both as a context and as a variant"),
        ({"variants": {"option": ["1"]}}, r"declares \$option, which is where an option goes"),
        ({"seeds": [1, 1]}, "names a seed twice"),
        ({"seeds": list(range(21))}, "at most 20"),
        ({"seeds": [2**32]}, "less than 4294967296"),
        ({"exempt": "because so"}, "gives no reason"),
        ({"negated": "no"}, "is neither true nor false"),
        ({"stem": " \n"}, "is empty"),
        ({"limits": {"cpu_seconds": 121}}, "less than or equal to 120"),
        ({"requires": ["torch>=2.0; rm"]}, "match pattern"),
        ({"id": "a\n"}, "match pattern"),
    ],
)
def test_what_a_field_refuses(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ITEM.validate_python({**CLAIM, **fields})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_class(kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS[kind].model_validate({"kind": kind})
    assert ("kind",) not in [error["loc"] for error in caught.value.errors()]

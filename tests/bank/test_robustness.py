"""Whatever a file holds, loading it ends in a Bank or in a ContentError of few, short, printable problems."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from bank_files import KINDS, PATTERN, write_bank
from hypothesis import given, settings
from hypothesis import strategies as st

from quizkit.bank.loader import load
from quizkit.errors import ContentError
from quizkit.model.bank import Bank

QUICK = settings(max_examples=60, deadline=None, database=None)


def outcome(item: str | bytes, pattern: str = PATTERN, lesson: str | None = None) -> Bank | ContentError:
    """Load a bank that holds just this; anything but a bank or a content error escapes and fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        write_bank(Path(folder) / "b", item, pattern, lesson)
        try:
            return load(Path(folder) / "b")
        except ContentError as error:
            assert error.problems
            assert len(error.problems) < 200
            for problem in map(str, error.problems):
                assert problem.isprintable()
                assert len(problem) < 1000
            return error


@QUICK
@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    outcome(data)


def words(*pieces: str) -> st.SearchStrategy[str]:
    """Return texts of up to 60 of the pieces."""
    return st.lists(st.sampled_from(pieces), max_size=60).map("".join)


YAMLISH = words(
    *("a", "id", "kind", "options", ": ", ":", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", "'", '"'),
    *("|", ">", "#", " #", "&x", "*x", "!", "!!str ", "?", "%", "@", "`", "---", "...", "\t", "~", "é", "\u2028"),
    *("\x00", "<<"),
)


@QUICK
@given(YAMLISH, YAMLISH, YAMLISH)
def test_random_text_that_looks_like_yaml(item: str, pattern: str, lesson: str) -> None:
    outcome(item, pattern, lesson)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return an item of some kind in which a few pieces are deleted, doubled, swapped or replaced."""
    text = draw(st.sampled_from(sorted(KINDS.values())))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        piece = draw(
            st.sampled_from(["", text[start:end] * 2, "$x", "$option", ": ", "\n", "[", "{", "(", '"', "#", "  "])
        )
        text = text[:start] + piece + text[end:]
    return text


@QUICK
@given(mutated())
def test_random_mutations_of_a_well_formed_item(text: str) -> None:
    outcome(text)


FIELDS = st.sampled_from(
    [
        *("id", "kind", "stem", "options", "key", "given", "then", "expect", "contexts", "variants", "premise"),
        *(
            "limits",
            "fails",
            "raises",
            "during",
            "match",
            "cure",
            "claim",
            "value",
            "code",
            "text",
            "seeds",
            "negated",
        ),
    ]
)
SCALARS = (
    st.sampled_from(["snippet", "output", "diagnosis", "claim", "a", "$a", "$option", "x = 1", "x ==", "(a+)+"])
    | st.text(max_size=20)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.dates()
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=25,
)


@QUICK
@given(DATA)
def test_random_data_written_as_yaml(data: Any) -> None:
    outcome(yaml.safe_dump(data, allow_unicode=True))


@st.composite
def refitted(draw: st.DrawFn) -> Any:
    """Return the data of a well-formed item in which some field, at some depth, holds something else."""
    data = yaml.safe_load(draw(st.sampled_from(sorted(KINDS.values()))))
    inside: Any = data
    for _ in range(draw(st.integers(0, 3))):
        keys = list(inside) if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else []
        if not keys:
            break
        key = draw(st.sampled_from(list(keys)))
        if not isinstance(inside[key], dict | list) or draw(st.booleans()):
            inside[key] = draw(DATA)
            return data
        inside = inside[key]
    data[draw(FIELDS)] = draw(DATA)
    return data


@QUICK
@given(refitted())
def test_random_data_in_a_field_of_a_well_formed_item(data: Any) -> None:
    outcome(yaml.safe_dump(data, allow_unicode=True))


CODE = words(
    *("x", "1", "(", ")", "[", "]", "\n", "\n    ", " or ", " and ", "not ", "=", "==", ":", "if ", "def f():"),
    *("lambda ", ".", ",", "'", '"""', "f'{", "}'", "#", "\\", "await ", "yield ", "return ", "import ", "*", "$a"),
    *("$option", "\0"),
)


@QUICK
@given(st.sampled_from(sorted(KINDS)), st.sampled_from(["given", "setup", "claim", "code", "value"]), CODE)
def test_random_code(kind: str, field: str, code: str) -> None:
    data = yaml.safe_load(KINDS[kind])
    for place in (data, *data["options"]):
        if field in place or field == "setup":
            place[field] = code
    data["variants"] = {"a": ["x", "'", ""]}
    outcome(yaml.safe_dump(data, allow_unicode=True))


@pytest.mark.parametrize("kind", KINDS)
def test_the_items_that_are_mutated_are_well_formed(kind: str) -> None:
    assert isinstance(outcome(KINDS[kind]), Bank)

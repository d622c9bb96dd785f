"""An item is shown with all that its author declares, and a list is cut for terminals alone."""

import io
from typing import Any

import pytest
from pydantic import TypeAdapter

from quizkit.model.bank import Document, LoadedItem, LoadedPattern, Pattern
from quizkit.model.exhibit import Exhibition
from quizkit.model.item import Item
from quizkit.model.verdict import Status, Verdict
from quizkit.report.catalogue import as_item, as_list
from quizkit.report.layout import Page, rows_for

STEM = "Which of these lines makes x the number that the next line needs, whatever was said of it before?"
COMMON = {"id": "it", "difficulty": "easy", "concepts": ["c"], "stem": STEM, "given": "x = 1", "key": ["a"]}
RAISED = {"raises": "RuntimeError", "during": "option", "match": "mat1 and mat2"}
SNIPPET = {
    **COMMON, "kind": "snippet", "expect": {"two": "x == 2"},
    "options": [
        {"id": "a", "code": "x = 2", "rationale": "It does."},
        {"id": "b", "code": "x = 3", "rationale": "No.", "fails": "two"},
        {"id": "c", "code": "boom()", "rationale": "No.", "fails": RAISED},
    ],
}  # fmt: skip
DIAGNOSIS = {
    **COMMON, "kind": "diagnosis", "expect": {"two": "x == 2"}, "premise": "two",
    "options": [
        {"id": "a", "text": "It is one.", "cure": {"1": "2"}, "rationale": "Yes."},
        {"id": "b", "text": "It is text.", "cure": {"1": "int()"}, "rationale": "No.", "fails": "two"},
    ],
}  # fmt: skip


def shown(item: Item) -> Exhibition:
    return Exhibition(verdict=Verdict(pattern="p", item=item.id, status=Status.PROVED, stem=item.stem), exhibits=())


def parsed(data: dict[str, Any]) -> Item:
    item: Item = TypeAdapter(Item).validate_python(data)
    return item


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (SNIPPET, ["    fails: not two", "    fails: RuntimeError during option, its message like mat1 and mat2"]),
        (DIAGNOSIS, ["premise: not two", "    fails: not two"]),
    ],
    ids=["snippet", "diagnosis"],
)
def test_an_item_is_shown_with_how_it_is_declared_to_fail(data: dict[str, Any], declared: list[str]) -> None:
    item = parsed(data)
    lines = list(as_item(item, shown(item), Page()))
    assert [line for line in lines if "fails:" in line or "premise:" in line] == declared


def test_a_list_for_programs_is_whole() -> None:
    item = parsed(SNIPPET)
    document = Document(file="x.yaml", places={})
    loaded = LoadedItem(item=item, document=document)
    pattern = LoadedPattern(pattern=Pattern(id="p", title="P"), document=document, items=(loaded,), folder="p")
    assert any(STEM in line for line in as_list(pattern, [shown(item)], rows_for(io.StringIO())))
    assert not any(STEM in line for line in as_list(pattern, [shown(item)], Page()))

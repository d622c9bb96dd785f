import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from bank_files import CLAIM, DIAGNOSIS, KINDS, OUTPUT, SNIPPET, edited, problems_of
from jsonschema import Draft202012Validator

from quizkit.bank.builtin import builtin
from quizkit.bank.reader import read_yaml
from quizkit.bank.schema import Of, schema

ITEMS = Draft202012Validator(schema("items"))
CARDS = Draft202012Validator(schema("cards"))
PATTERN = Draft202012Validator(schema("pattern"))


class Editor(yaml.SafeLoader):
    """Reads YAML as editors do: by the core schema of YAML 1.2."""


Editor.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+0123456789.")),
):
    Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), first)


def as_an_editor_sees_it(text: str) -> Any:
    return with_text_keys(yaml.load(text, Loader=Editor))


def with_text_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): with_text_keys(value) for key, value in data.items()}
    return [with_text_keys(value) for value in data] if isinstance(data, list) else data


def complaints(validator: Draft202012Validator, data: Any) -> list[str]:
    return [error.message for error in validator.iter_errors(data)]


@pytest.mark.parametrize("of", get_args(Of))
def test_a_schema_is_one(of: Of) -> None:
    made = schema(of)
    Draft202012Validator.check_schema(made)
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert made["$id"] == f"urn:quizkit:schema:{of}"


def content(glob: str) -> list[Path]:
    files = sorted(builtin().glob(glob))
    assert files
    return files


@pytest.mark.parametrize("file", content("**/items/*.yaml"), ids=lambda file: file.stem)
def test_the_shipped_items_are_valid(file: Path) -> None:
    assert complaints(ITEMS, as_an_editor_sees_it(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("file", content("**/pattern.yaml"), ids=lambda file: file.parent.name)
def test_the_shipped_patterns_are_valid(file: Path) -> None:
    assert complaints(PATTERN, as_an_editor_sees_it(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("file", content("**/cards.yaml"), ids=lambda file: file.parent.name)
def test_the_shipped_cards_are_valid(file: Path) -> None:
    data = as_an_editor_sees_it(file.read_text(encoding="utf-8"))
    assert complaints(CARDS, data) == complaints(CARDS, data[0]) == []
    assert complaints(CARDS, []) != []
    assert complaints(CARDS, [{**data[0], "hint": "x"}]) != []


@pytest.mark.parametrize("text", KINDS.values(), ids=KINDS)
def test_an_item_or_a_list_of_items_is_valid(text: str) -> None:
    data = as_an_editor_sees_it(text)
    assert complaints(ITEMS, data) == []
    assert complaints(ITEMS, [data, data]) == []
    assert complaints(ITEMS, []) != []


@pytest.mark.parametrize(
    ("item", "old", "new"),
    [
        (OUTPUT, "value: 2", "value: 1.5"),
        (DIAGNOSIS, "text: The name.", "text: true"),
        (OUTPUT, "key: [two]", "key: [two]\ntolerance: 1e-3"),
        (OUTPUT, "key: [two]", "key: [two]\ntolerance: '0.5'"),
        (CLAIM, "key:", "negated: TRUE\nkey:"),
        (SNIPPET, "key:", "negated: 'false'\nkey:"),
        (SNIPPET, "key:", "seeds: [0, 10_000, ' 7 ', 3.0]\nkey:"),
        (SNIPPET, "key:", "limits: {cpu_seconds: 1e1, memory_mib: 64, threads: 01}\nkey:"),
        (SNIPPET, "key:", "requires: [weights, torch>=2.0]\nkey:"),
        (SNIPPET, "key:", "variants: {n: [10, 1.5, true, '']}\nquick_check: is $n\nkey:"),
        (SNIPPET, "key:", "variants: [{n: 10}, {n: 11}]\nquick_check: is $n\nkey:"),
        (SNIPPET, "then: {forward: out = model.n}", "then: out = model.n"),
        (SNIPPET, "then: {forward: out = model.n}", "then: {on: out = model.n, yes: 1}"),
        (SNIPPET, "concepts: [head]", "concepts: [on, yes, true]"),
        (DIAGNOSIS, '{"1024": "512"}', "{1024: 512}"),
        (DIAGNOSIS, "{raises: ValueError, during: forward}", "ran"),
        (CLAIM, "stem: What is true?", "stem: 2048"),
        (CLAIM, "id: claim-item", "id: true"),
    ],
)
def test_what_the_loader_accepts_the_schema_accepts(tmp_path: Path, item: str, old: str, new: str) -> None:
    text = edited(item, (old, new))
    assert problems_of(tmp_path / "b", text) == []
    assert complaints(ITEMS, as_an_editor_sees_it(text)) == []
    assert complaints(ITEMS, read_yaml(tmp_path / "b" / "items" / "item.yaml", "x").data) == []


@pytest.mark.parametrize(
    ("item", "old", "new"),
    [
        (SNIPPET, "stem: W", "stm: W"),
        (SNIPPET, "stem: Which line gives ten?", "stem:"),
        (SNIPPET, "stem: Which line gives ten?", "stem: [a]"),
        (SNIPPET, "kind: snippet", "kind: snipet"),
        (SNIPPET, "kind: snippet\n", ""),
        (SNIPPET, "id: snippet-item", "id: Snippet"),
        (SNIPPET, "difficulty: easy", "difficulty: esy"),
        (SNIPPET, "concepts: [head]", "concepts: []"),
        (SNIPPET, "key: [ten]", "key: ten"),
        (SNIPPET, "expect: {is ten: out == 10}", "expect: {}"),
        (SNIPPET, "code: model.n = 11", "claim: x"),
        (SNIPPET, "raises: TypeError, ", ""),
        (SNIPPET, "key:", "negated: yes\nkey:"),
        (SNIPPET, "key:", "seeds: [-1]\nkey:"),
        (SNIPPET, "key:", "seeds: [many]\nkey:"),
        (SNIPPET, "key:", "limits: {cpu_seconds: 1000}\nkey:"),
        (SNIPPET, "key:", "requires: [gpu]\nkey:"),
        (SNIPPET, "key:", "contexts: {N: [1]}\nkey:"),
        (SNIPPET, "key:", "contexts: {n: 1}\nkey:"),
        (SNIPPET, "key:", "contexts: []\nkey:"),
        (SNIPPET, "then: {forward:", "then: {For Ward:"),
        (DIAGNOSIS, '"1024": "512"', '"1024": [512]'),
        (CLAIM, "given: x = [1, 2]\n", ""),
    ],
)
def test_what_the_schema_can_see_it_rejects(tmp_path: Path, item: str, old: str, new: str) -> None:
    text = edited(item, (old, new))
    assert problems_of(tmp_path / "b", text) != []
    assert complaints(ITEMS, as_an_editor_sees_it(text)) != []


def undescribed(node: Any, path: str = "") -> list[str]:
    """Return the paths of properties without a description."""
    if not isinstance(node, dict):
        return []
    own = [f"{path}/{name}" for name, inner in node.get("properties", {}).items() if "description" not in inner]
    return own + [each for key, inner in node.items() for each in undescribed(inner, f"{path}/{key}")]


@pytest.mark.parametrize("of", get_args(Of))
def test_every_field_says_what_it_is(of: Of) -> None:
    assert undescribed(schema(of)) == []


def test_the_words_of_a_field_are_those_of_its_docstring() -> None:
    properties = schema("items")["$defs"]["SnippetItem"]["properties"]
    assert properties["id"]["description"] == "Stable for ever: a learner's history hangs on it."
    assert properties["options"]["description"] == "What the learner chooses from."
    assert schema("pattern")["properties"]["title"]["description"] == "The topic's name, for people."

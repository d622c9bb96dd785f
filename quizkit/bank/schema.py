"""JSON Schemas of what authors write, for editors.

Invariant: what the loader accepts, the schema accepts. It says less than the loader: to YAML's own types, which the
loader ignores, it adds the text they are written as; and what needs more than one field is the linter's.
"""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, Literal

from pydantic import BaseModel, TypeAdapter

from quizkit.model import bank, card, experiment, failure, item, limits, option

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NUMBER: Final = r"^[\s0-9_.eE+-]+$"
_BOOLEAN: Final = "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"

Json = dict[str, Any]


Of = Literal["items", "cards", "experiment", "pattern"]
"""What authors write, by the name of its file."""

_NOUNS: Final[dict[Of, tuple[str, Any]]] = {
    "items": ("Item", item.Item),
    "cards": ("Card", card.Card),
    "experiment": ("Experiment", experiment.Experiment),
    "pattern": ("Pattern", bank.Pattern),
}
_LISTED: Final = {"items": "An item, or a list of them.", "cards": "A flip card, or a list of them."}
_MODULES: Final = (failure, limits, option, item, card, experiment, bank)


def schema(of: Of) -> Json:
    """Return the JSON Schema (2020-12) of a file: of items or cards (one, or a list of them), or of another."""
    name, noun = _NOUNS[of]
    made = _loosened(TypeAdapter(noun).json_schema())
    definitions = made.pop("$defs", {})
    made.pop("discriminator", None)
    for each, definition in (*definitions.items(), (name, made)):
        _describe(definition, next((vars(module)[each] for module in _MODULES if each in vars(module)), None))
    head = {"$schema": _DIALECT, "$id": f"urn:quizkit:schema:{of}", "title": f"quizkit: {of}"}
    if of not in _LISTED:
        return {**head, **made, "$defs": definitions}
    one = {"$ref": f"#/$defs/{name}"}
    return {
        **head,
        "description": _LISTED[of],
        "anyOf": [one, {"type": "array", "items": one, "minItems": 1}],
        "$defs": {**definitions, name: made},
    }


def _loosened(node: Any) -> Any:
    """Return a schema that also accepts scalars as text, and knows no null: nothing here may be left empty."""
    if isinstance(node, list):
        return [_loosened(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node and len(rest := [each for each in node["anyOf"] if each != {"type": "null"}]) == 1:
        node = {**{key: value for key, value in node.items() if key != "anyOf"}, **rest[0]}
    made = {key: _loosened(value) for key, value in node.items() if key not in ("title", "default", "properties")}
    if "properties" in node:
        made["properties"] = {name: _loosened(value) for name, value in node["properties"].items()}
    if "patternProperties" in node:
        made["additionalProperties"] = False
    match node.get("type"):
        case "integer" | "number" as kind:
            return {**made, "type": [kind, "string"], "pattern": _NUMBER}
        case "boolean":
            return {**made, "type": ["boolean", "string"], "pattern": _BOOLEAN}
        case "string" if "pattern" in node:
            return {**made, "type": ["string", "boolean"]}
        case _:
            return made


def _describe(definition: Json, noun: type[BaseModel] | None) -> None:
    """Put the docstrings of a class and of its fields into its schema."""
    if noun is None or "properties" not in definition:
        return
    definition["description"] = inspect.getdoc(noun)
    for base in reversed(noun.__mro__[:-1]):
        if base.__module__.startswith("quizkit."):
            for field, text in _field_docstrings(base):
                if field in definition["properties"]:
                    definition["properties"][field]["description"] = text


def _field_docstrings(noun: type) -> Iterator[tuple[str, str]]:
    """Yield the fields of a class with the string that stands below each in its source."""
    (made,) = ast.parse(inspect.getsource(noun)).body
    assert isinstance(made, ast.ClassDef)
    for field, below in pairwise(made.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                yield name, inspect.cleandoc(text)
            case _:
                continue

"""Tables of placeholders: what `contexts` and `variants` fill in.

Invariant: a table names the same placeholders in every row, holds no row twice, and is small; none is ever
multiplied out before that is known.
"""

from collections.abc import Mapping
from itertools import product
from math import prod
from typing import Annotated, Final

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from quizkit.model.text import Piece, printable

ROW_LIMIT: Final = 200
"""Rows of one table, and combinations of variants and contexts of one item."""

Placeholder = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
"""The name after `$` of a context or variant."""


def _shown(text: str) -> str:
    if text != printable(text):
        raise ValueError(f"holds a hidden character in {printable(text)[:40]!r}: write it as an escape of Python's")
    return text


Value = Annotated[Piece, AfterValidator(_shown)]
"""What is filled in for a placeholder: into code as it is and into prose, where it is shown."""

Row = Annotated[dict[Placeholder, Value], Field(min_length=1)]
Product = dict[Placeholder, Annotated[tuple[Value, ...], Field(min_length=1)]]


def _small(table: Product) -> Product:
    if (count := prod(len(values) for values in table.values())) > ROW_LIMIT:
        raise ValueError(f"makes {count:,} rows, the limit is {ROW_LIMIT}: shorten its lists")
    for name, values in table.items():
        if len(set(values)) < len(values):
            raise ValueError(f"gives ${name} the same text twice: keep one")
    return table


def _regular(table: tuple[Row, ...]) -> tuple[Row, ...]:
    for number, row in enumerate(table, start=1):
        if row.keys() != table[0].keys():
            raise ValueError(f"row {number} does not name the placeholders of row 1: name the same in every row")
        if row in table[: number - 1]:
            raise ValueError(f"row {number} is there twice: keep one")
    return table


Table = Annotated[
    Annotated[Product, Field(min_length=1), AfterValidator(_small), Tag("product")]
    | Annotated[tuple[Row, ...], Field(min_length=1, max_length=ROW_LIMIT), AfterValidator(_regular), Tag("rows")],
    Discriminator(lambda value: "rows" if isinstance(value, list | tuple) else "product"),
]
"""Values of placeholders: a mapping of lists is their product, a list of mappings is rows."""


def placeholder_names(table: Product | tuple[Row, ...] | None) -> set[str]:
    """Return the placeholders a table fills in."""
    if isinstance(table, Mapping):
        return set(table)
    return set(table[0]) if table else set()


def row_count(table: Product | tuple[Row, ...] | None) -> int:
    """Return how many rows a table has; 1 for no table."""
    if isinstance(table, Mapping):
        return prod(len(values) for values in table.values())
    return len(table) if table else 1


def rows(table: Product | tuple[Row, ...] | None) -> list[dict[str, str]]:
    """Return the table's rows, each a mapping of placeholder to text; one empty row for no table."""
    if isinstance(table, Mapping):
        return [dict(zip(table, values, strict=True)) for values in product(*table.values())]
    return [dict(row) for row in table] if table else [{}]

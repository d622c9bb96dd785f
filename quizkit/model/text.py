"""Text types. Invariant: foreign text that reaches a person has no character that can drive a terminal.

`PrintableText` makes such characters visible at the type, once, for every sink. Markup, XML and workflow
commands are escaped by the sink that gives them a meaning.
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema

_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that are drawn as nothing: an id that holds one looks like another id."""

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, formats (bidi, zero-width, tags), surrogates, private use, unassigned."""

_LINE_BREAKS: Final = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_SUSPECT: Final = re.compile(r"[^\n\t\x20-\x7e]")
_LAYOUT: Final = re.compile(r" *[\n\t]\s*")


def _visible(match: re.Match[str]) -> str:
    char = match.group()
    if char in _INVISIBLE or unicodedata.category(char) in _HIDDEN:
        code = ord(char)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def printable(text: str) -> str:
    r"""Return `text` with every control, format, surrogate and unassigned character written out (`\x1b`).

    Newlines and tabs stay; other line breaks become newlines. Idempotent.
    """
    if _SUSPECT.search(text) is None:
        return text
    return _SUSPECT.sub(_visible, _LINE_BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Return `text` printable and without newlines and tabs, for places where a line is a statement of ours."""
    return _LAYOUT.sub(" ", printable(text)).strip()


def count(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: `1 item`, `10,000 items`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def _something(value: object) -> object:
    """Refuse YAML's null; the reader marks such scalars, and the two kinds of damage below."""
    if getattr(value, "is_null", False):
        raise ValueError("is empty: write something, or quote it if this is meant")
    return value


def _whole(value: object) -> object:
    """Refuse text of which YAML has kept only a part."""
    if getattr(value, "is_cut", False):
        raise ValueError("is cut at ` #`, where YAML begins a comment: quote it, or write it under `|`")
    return _something(value)


def _undamaged(value: object) -> object:
    """Refuse code that YAML has folded or cut."""
    if getattr(value, "is_folded", False):
        raise ValueError("runs over several lines that YAML joins to one: write it under `|`")
    return _whole(value)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: write something, or leave it out")
    return text


_PIECE_SCHEMA: Final = {"type": ["string", "number", "boolean"]}
_TEXT_SCHEMA: Final = {**_PIECE_SCHEMA, "pattern": r"\S"}

PrintableText = Annotated[str, AfterValidator(printable)]
"""Foreign text on its way to a person."""

SOMETHING: Final = BeforeValidator(_something)
"""For names, behind which a comment is a comment."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=80), SOMETHING]
"""A stable identifier: lower-case letters, digits and hyphens."""

Piece = Annotated[str, BeforeValidator(_undamaged), WithJsonSchema(_PIECE_SCHEMA)]
"""A piece of Python source as an author wrote it, or nothing. Never folded, never cut at ` #`."""

Code = Annotated[str, BeforeValidator(_undamaged), AfterValidator(_not_blank), WithJsonSchema(_TEXT_SCHEMA)]
"""Python source as an author wrote it; a bare `390` is the text `390`."""

Prose = Annotated[
    str, BeforeValidator(_whole), AfterValidator(_not_blank), AfterValidator(printable), WithJsonSchema(_TEXT_SCHEMA)
]
"""A sentence of an author's, in Markdown."""

"""Text types. Invariant: foreign text that reaches a person has no character that can drive a terminal.

`PrintableText` makes such characters visible at the type, once, for every sink. Markup, XML and workflow
commands are escaped by the sink that gives them a meaning.
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS: Final = re.compile(r"\r\n|\r|\u2028|\u2029|\x85")
_SUSPECT: Final = re.compile(r"[^\n\t\x20-\x7e]")


def _visible(match: re.Match[str]) -> str:
    char = match.group()
    category = unicodedata.category(char)
    if char in _BIDI or category in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        code = ord(char)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def printable(text: str) -> str:
    r"""Return `text` with every control, format, surrogate and unassigned character written out (`\x1b`).

    Newlines and tabs stay; other line breaks become newlines. Idempotent.
    """
    return _SUSPECT.sub(_visible, _LINE_BREAKS.sub("\n", text))


def _undamaged(value: object) -> object:
    """Refuse code that YAML has changed on its way here; the reader marks such scalars with `damage`."""
    damage = getattr(value, "damage", None)
    if damage is not None:
        raise ValueError(damage)
    return value


_SCALAR_SCHEMA: Final = {"type": ["string", "number", "boolean", "null"]}

PrintableText = Annotated[str, AfterValidator(printable)]
"""Foreign text on its way to a person."""

Code = Annotated[str, BeforeValidator(_undamaged), WithJsonSchema(_SCALAR_SCHEMA)]
"""Python source as an author wrote it. Never folded, never cut at ` #`; a bare `390` is the text `390`."""

Prose = Annotated[str, BeforeValidator(_undamaged), AfterValidator(printable), WithJsonSchema(_SCALAR_SCHEMA)]
"""A sentence of an author's, in Markdown."""

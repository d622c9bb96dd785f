"""How something fails, as an author declares it: by an exception in a phase, or by an expectation that is false.

Invariant: what is searched in a message is cheap to search, whatever the message.
"""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from quizkit.model.base import Written
from quizkit.model.text import SOMETHING, Code

RESERVED_PHASES: Final = ("prelude", "setup", "given", "option", "expect", "claim", "observe", "syntax")
"""Phases that are not stages of `then`; a single unnamed `then` is the phase `then`."""

Stage = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40), SOMETHING]
"""The name of a phase."""

ClassName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*$", max_length=100), SOMETHING]
"""The name of an exception class."""

_ESCAPES: Final = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?", re.DOTALL)
_OPEN_REPEAT: Final = re.compile(r"(?:[*+]|\{\d*,\})[?+]?")
_CHOICE: Final = re.compile(r"[?|{]")
_REPEATED_GROUP: Final = re.compile(r"\)(?:[*+]|\{)")


def _searchable(pattern: str) -> str:
    """Refuse a regular expression that does not compile, says nothing, or may search for ever."""
    try:
        says_nothing = re.search(pattern, "") is not None
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is not a regular expression ({error}): put a \\ before what is no operator") from None
    if says_nothing:
        raise ValueError("matches every message: quote the words that tell it from others")
    plain = _ESCAPES.sub(lambda found: "(" if found.group().startswith("(") else "x", pattern)
    repeats, choices = len(_OPEN_REPEAT.findall(plain)), len(_CHOICE.findall(_OPEN_REPEAT.sub("", plain)))
    if _REPEATED_GROUP.search(plain) or repeats > 2 or choices > 8:
        limit = "at most two of `*`, `+` and `{n,}`, eight of `?`, `|` and `{n}`, and no repeated group"
        raise ValueError(f"may take for ever to search: use {limit}")
    return pattern


Regex = Annotated[Code, AfterValidator(_searchable), Field(max_length=300)]
"""A regular expression for messages, cheap to search."""


class Failure(Written):
    """A raise that an author declares: type and phase decide, `match` only where they do not separate causes."""

    raises: ClassName
    """Exact class name of the exception, not a base class of it."""
    during: Stage
    """The phase it is raised in: setup, given, option, expect, syntax, or a stage of `then`."""
    match: Regex | None = None
    """A regular expression searched in the normalised message."""


Fails = Annotated[
    Annotated[Code, Tag("expectation")] | Annotated[Failure, Tag("raise")],
    Discriminator(lambda value: "expectation" if isinstance(value, str) else "raise"),
]
"""How something fails: the name of an expectation that runs and is False, or a declared raise."""

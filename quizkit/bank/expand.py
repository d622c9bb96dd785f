"""Fill in placeholders, place options, apply cures. Pure; the one place where text is substituted into items.

Invariant: only declared `$name`s are replaced, once, as plain text; braces, f-strings and other dollars stay.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from quizkit.bank.grammar import string_lines
from quizkit.model.bank import Instance, Path, Position
from quizkit.model.base import Written
from quizkit.model.item import Item
from quizkit.model.table import rows

_SLOT: Final = re.compile(r"^([ \t]*)\$option[ \t]*$", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"\$([a-z][a-z0-9_]*)")

Row = Mapping[str, str]


def placeholders(text: str) -> set[str]:
    """Return the `$name`s that stand in `text`."""
    return set(_PLACEHOLDER.findall(text)) if "$" in text else set()


def filled(text: str, row: Row) -> str:
    """Return `text` with the declared `$name`s replaced as plain text; everything else stays literal."""
    return _PLACEHOLDER.sub(lambda match: row.get(match.group(1), match.group()), text)


def takes_contexts(path: Path) -> bool:
    """Say whether a context may stand at `path` inside an item: in setup, then, expect, or a declared `match`."""
    return path[0] in ("setup", "then", "expect") or (path[-1] == "match" and "cure" not in path)


def _filled_in(value: Any, row: Row, path: Path, here: Callable[[Path], bool]) -> Any:
    """Return a noun or plain data with texts and keys filled in wherever `here` allows it; nothing else changes.

    Raises ValueError if two keys of a mapping become one.
    """
    match value:
        case str():
            return filled(value, row) if "$" in value and here(path) else value
        case dict():
            made = {}
            for key, inner in value.items():
                name = filled(key, row) if "$" in key and here((*path, key)) else key
                if name in made:
                    raise ValueError(f"{name!r} stands twice in {path[-1]}, once its placeholders are filled in")
                made[name] = _filled_in(inner, row, (*path, key), here)
            return made
        case tuple():
            return tuple(_filled_in(inner, row, (*path, index), here) for index, inner in enumerate(value))
        case Written():
            return _made_of(value, value.model_fields_set, row, path, here)
        case _:
            return value


def _made_of(noun: Any, fields: Collection[str], row: Row, path: Path, here: Callable[[Path], bool]) -> Any:
    """Return a noun of the same kind from the `fields` of `noun`, filled in.

    Nothing is validated: the lint did so for every row (`validated`), and what is loaded again was linted.
    """
    parts = {name: _filled_in(getattr(noun, name), row, (*path, name), here) for name in fields}
    return type(noun).model_construct(set(fields), **parts)


def instances(item: Item) -> list[Instance]:
    """Return the item once for every variant, each with its variant filled in everywhere.

    Raises ValueError if two keys of a mapping become one; for a linted item it never does.
    """
    if not item.variants:
        return [Instance(item.id, item)]
    fields = item.model_fields_set - {"variants"}
    return [
        Instance(
            f"{item.id}?{'&'.join(f'{name}={value}' for name, value in row.items())}",
            _made_of(item, fields, row, (), lambda _: True),
            row,
        )
        for row in rows(item.variants)
    ]


def contexts(item: Item) -> list[tuple[str, Item]]:
    """Return the item once for every context, with its label; only what `takes_contexts` is filled in.

    Raises ValueError as `instances` does.
    """
    if not item.contexts:
        return [("", item)]
    fields = item.model_fields_set - {"contexts"}
    return [
        (
            ", ".join(f"{name}={value}" for name, value in row.items()),
            _made_of(item, fields, row, (), takes_contexts),
        )
        for row in rows(item.contexts)
    ]


def validated(item: Item) -> Item:
    """Return an item built anew from its texts, every rule applied. Raises pydantic's ValidationError."""
    return type(item).model_validate(item.model_dump(mode="json", exclude_unset=True))


def has_slot(given: str) -> bool:
    """Say whether `given` has a line `$option`."""
    return _SLOT.search(given) is not None


def slot(given: str) -> Position | None:
    """Return where `$option` stands in `given`; None if no line is for it."""
    found = _SLOT.search(given)
    return (given.count("\n", 0, found.start()) + 1, len(found[1]) + 1) if found else None


def splice(given: str, code: str | None) -> str:
    """Return `given` with the option's code at `$option`, re-indented; without code, with `pass` there.

    What a string of the option says over several lines is left as it is.
    """
    text = "pass" if code is None else code.rstrip("\n")
    fixed = string_lines(text)

    def indented(match: re.Match[str]) -> str:
        lines = text.split("\n")
        return "\n".join(
            match.group(1) + line if line.strip() and number not in fixed else line
            for number, line in enumerate(lines, start=1)
        )

    return _SLOT.sub(indented, given)


def cured(given: str, edits: Mapping[str, str]) -> str:
    """Return `given` with every edit applied to the original text.

    Raises ValueError if something to find is not there exactly once, or if two edits overlap.
    """
    spans = []
    for find, replace in edits.items():
        start = given.find(find)
        if not find or start < 0 or given.find(find, start + 1) >= 0:
            count = "not" if start < 0 else "more than once"
            raise ValueError(f"{find!r} stands {count} in given, and must stand there exactly once")
        spans.append((start, start + len(find), replace))
    spans.sort()
    text, end = "", 0
    for start, stop, replace in spans:
        if start < end:
            raise ValueError("two edits overlap")
        text, end = text + given[end:start] + replace, stop
    return text + given[end:]

"""Fill in placeholders, place options, apply cures. Pure; the one place where text is substituted into items."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from quizkit.model.bank import Instance
from quizkit.model.item import Item, rows

_SLOT: Final = re.compile(r"^([ \t]*)\$option[ \t]*$", re.MULTILINE)
_PLACEHOLDER: Final = re.compile(r"\$([a-z][a-z0-9_]*)")
_ITEM: Final[TypeAdapter[Item]] = TypeAdapter(Item)
_CONTEXT_FIELDS: Final = ("setup", "then", "expect")


def placeholders(text: str) -> set[str]:
    """Return the `$name`s that stand in `text`."""
    return set(_PLACEHOLDER.findall(text))


def filled(text: str, row: Mapping[str, str]) -> str:
    """Return `text` with the declared `$name`s replaced as plain text; everything else stays literal."""
    return _PLACEHOLDER.sub(lambda match: row.get(match.group(1), match.group()), text)


def _filled_in(value: Any, row: Mapping[str, str]) -> Any:
    match value:
        case str():
            return filled(value, row)
        case dict():
            return {filled(key, row): _filled_in(inner, row) for key, inner in value.items()}
        case list() | tuple():
            return [_filled_in(inner, row) for inner in value]
        case _:
            return value


def instances(item: Item) -> list[Instance]:
    """Return the item once for every variant, each with its variant filled in everywhere."""
    if not item.variants:
        return [Instance(id=item.id, item=item)]
    data = item.model_dump(mode="json", exclude={"variants"}, exclude_unset=True)
    return [
        Instance(
            id=f"{item.id}?{'&'.join(f'{name}={value}' for name, value in row.items())}",
            item=_ITEM.validate_python(_filled_in(data, row)),
            variant=row,
        )
        for row in rows(item.variants)
    ]


def contexts(item: Item) -> list[tuple[str, Item]]:
    """Return the item once for every context, with its label; only setup, then, expect and match are filled in."""
    if not item.contexts:
        return [("", item)]
    data = item.model_dump(mode="json", exclude={"contexts"}, exclude_unset=True)
    found = []
    for row in rows(item.contexts):
        concrete = _matches_filled({**data}, row)
        concrete |= {name: _filled_in(data[name], row) for name in _CONTEXT_FIELDS if name in data}
        label = ", ".join(f"{name}={value}" for name, value in row.items())
        found.append((label, _ITEM.validate_python(concrete)))
    return found


def _matches_filled(value: Any, row: Mapping[str, str]) -> Any:
    """Fill in the texts under a key `match`, and nothing else."""
    match value:
        case dict():
            return {
                key: filled(inner, row) if key == "match" and isinstance(inner, str) else _matches_filled(inner, row)
                for key, inner in value.items()
            }
        case list() | tuple():
            return [_matches_filled(inner, row) for inner in value]
        case _:
            return value


def has_slot(given: str) -> bool:
    """Say whether `given` has a line `$option`."""
    return _SLOT.search(given) is not None


def splice(given: str, code: str | None) -> str:
    """Return `given` with the option's code at `$option`, re-indented; without code, with `pass` there."""

    def indented(match: re.Match[str]) -> str:
        lines = ("pass" if code is None else code.rstrip("\n")).split("\n")
        return "\n".join(match.group(1) + line if line.strip() else line for line in lines)

    return _SLOT.sub(indented, given)


def cured(given: str, edits: Mapping[str, str]) -> str:
    """Return `given` with every edit applied to the original text.

    Raises ValueError if something to find is not there exactly once, or if two edits overlap.
    """
    spans = []
    for find, replace in edits.items():
        count = given.count(find) if find else 0
        if count != 1:
            raise ValueError(f"{find!r} stands {count} times in given, and must stand there exactly once")
        start = given.index(find)
        spans.append((start, start + len(find), replace))
    spans.sort()
    text, end = "", 0
    for start, stop, replace in spans:
        if start < end:
            raise ValueError("two edits overlap")
        text, end = text + given[end:start] + replace, stop
    return text + given[end:]

"""A folder -> Bank, or every problem of every file at once.

Invariant: whatever the files hold, the answer is a Bank or a ContentError; nothing is loaded in part.
"""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from quizkit.bank.lint import lint_item, lint_pattern
from quizkit.bank.reader import Read, read_text, read_yaml
from quizkit.errors import ContentError, Problem, UsageError
from quizkit.model.bank import Bank, Document, LoadedItem, LoadedPattern, Path, Pattern, Place
from quizkit.model.item import ClaimItem, DiagnosisItem, Item, OutputItem, SnippetItem

_ITEM: Final[TypeAdapter[Item]] = TypeAdapter(Item)
_PATTERN: Final[TypeAdapter[Pattern]] = TypeAdapter(Pattern)
_KINDS: Final = {"snippet": SnippetItem, "output": OutputItem, "diagnosis": DiagnosisItem, "claim": ClaimItem}
_KNOWN_FIELDS: Final = sorted(
    {"raises", "during", "match", "cpu_seconds", "memory_mib", "threads", "id", "code", "rationale", "fails", "value"}
    | {"claim", "text", "cure", "given", "about"}
    | {name for kind in (*_KINDS.values(), Pattern) for name in kind.model_fields}
)


def load(path: FilePath, *, is_own: bool = False) -> Bank:
    """Return everything below `path`. Raises UsageError if there is no such folder, ContentError for its files."""
    if not path.is_dir():
        raise UsageError(f"there is no folder {path}; give the folder of a bank, such as content/")
    problems: list[Problem] = []
    patterns = [_load_pattern(folder, problems) for folder in _pattern_folders(path, problems)]
    loaded = [pattern for pattern in patterns if pattern is not None]
    problems += _duplicates(loaded)
    if problems:
        raise ContentError(problems)
    return Bank(patterns=tuple(loaded), is_own=is_own)


def _pattern_folders(root: FilePath, problems: list[Problem]) -> list[FilePath]:
    def unreadable(error: OSError) -> None:
        what = f"the folder cannot be read: {error.strerror}"
        problems.append(Problem(str(error.filename), 1, 1, what, "check its permissions"))

    found = []
    for folder, inner, files in os.walk(root, onerror=unreadable):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        if "pattern.yaml" in files:
            found.append(FilePath(folder))
            inner.clear()
    return found


def _load_pattern(folder: FilePath, problems: list[Problem]) -> LoadedPattern | None:
    file = folder / "pattern.yaml"
    read = read_yaml(file, str(file))
    problems += read.problems
    pattern = None if read.problems else _validated(_PATTERN, read, (), problems)
    lesson = _lesson(folder, problems)
    items = tuple(_load_items(folder, problems))
    if pattern is None:
        return None
    document = Document(file=read.file, places=read.places)
    loaded = LoadedPattern(pattern=pattern, document=document, items=items, lesson=lesson, folder=str(folder))
    problems += lint_pattern(loaded)
    for entry in items:
        problems += lint_item(entry, pattern.prelude)
    return loaded


def _lesson(folder: FilePath, problems: list[Problem]) -> str | None:
    file = folder / "lesson.md"
    if not file.exists():
        return None
    text, found = read_text(file, str(file))
    problems += found
    return text


def _load_items(folder: FilePath, problems: list[Problem]) -> Iterator[LoadedItem]:
    items = folder / "items"
    try:
        files = sorted(items.glob("*.yaml")) if items.is_dir() else []
    except OSError as error:
        problems.append(Problem(str(items), 1, 1, f"cannot be listed: {error.strerror}", "check its permissions"))
        return
    for file in files:
        read = read_yaml(file, str(file))
        problems += read.problems
        if read.problems:
            continue
        roots: list[Path] = [(index,) for index in range(len(read.data))] if isinstance(read.data, list) else [()]
        for root in roots:
            item = _validated(_ITEM, read, root, problems)
            if item is not None:
                places = {
                    path[len(root) :]: place for path, place in read.places.items() if path[: len(root)] == root
                }
                yield LoadedItem(item=item, document=Document(file=read.file, places=places))


def _duplicates(patterns: list[LoadedPattern]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Place] = {}
    named = [(("pattern", p.pattern.id), p.document.place(("id",))) for p in patterns]
    named += [(("item", e.item.id), e.document.place(("id",))) for p in patterns for e in p.items]
    for key, place in named:
        if key in seen:
            what = f"the {key[0]} id {key[1]!r} is taken, first at {seen[key]}"
            yield Problem(place.file, place.line, place.column, what, "choose another id")
        seen.setdefault(key, place)


def _validated(adapter: TypeAdapter[Any], read: Read, root: Path, problems: list[Problem]) -> Any:
    """Return the validated noun at `root`, or None with its problems noted."""
    data = read.data[root[0]] if root else read.data
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            problems.append(_problem(read, root, data, found))
    return None


def _problem(read: Read, root: Path, data: Any, found: Any) -> Problem:
    path, value = _real_path(data, found["loc"], found["type"])
    what, remedy = _in_words(found, path, data)
    at = (*root, *path)
    places = read.keys if found["type"] == "extra_forbidden" else read.places
    place = places.get(at) or Document(file=read.file, places=read.places).place(at)
    return Problem(place.file, place.line, place.column, what, remedy)


def _real_path(data: Any, loc: tuple[Any, ...], kind: str) -> tuple[Path, Any]:
    """Return the path of pydantic's `loc` inside the data: the tags of unions and validators are not in it."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(data, list) and isinstance(step, int) and step < len(data):
            path.append(step)
            data = data[step]
        elif isinstance(data, dict) and step in data:
            path.append(str(step))
            data = data[step]
    if kind == "missing":
        return tuple(path), loc[-1]
    return tuple(path), data


def _suggestion(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, 1)
    return f"did you mean {close[0]!r}?" if close else ""


def _in_words(found: Any, path: Path, data: Any) -> tuple[str, str]:
    """Return what is wrong and what to do, in plain words."""
    name = str(path[-1]) if path else "the document"
    context = found.get("ctx", {})
    match found["type"]:
        case "missing":
            missing = found["loc"][-1]
            return f"{name}: the field {missing!r} is missing", f"add `{missing}:`"
        case "extra_forbidden":
            known = [field for field in _KNOWN_FIELDS if field != name]
            return f"unknown field {name!r}", _suggestion(name, known) or "remove it, or see `quizkit schema`"
        case "union_tag_invalid" | "union_tag_not_found":
            kind = str(data.get("kind", "")) if isinstance(data, dict) else ""
            what = f"unknown kind {kind!r}" if kind else "the field 'kind' is missing"
            return what, _suggestion(kind, list(_KINDS)) or "choose snippet, output, diagnosis or claim"
        case "string_pattern_mismatch" if name in ("id", "key") or "a-z0-9-" in str(context.get("pattern")):
            return f"{name}: {found['input']!r} is not an id", "use lower-case letters, digits and hyphens"
        case "string_pattern_mismatch":
            return f"{name}: {found['input']!r} is not allowed here", f"it must match {context['pattern']}"
        case "enum" | "literal_error":
            return f"{name}: {found['input']!r} is not one of {context['expected']}", "choose one of them"
        case "too_short":
            return f"{name}: too few entries", f"give at least {context['min_length']}"
        case "value_error":
            what, _, remedy = str(context["error"]).partition(": ")
            return f"{name}: {what}", remedy or "mend it"
        case kind if kind.endswith("_type"):
            wanted = {
                "dict": "a mapping",
                "tuple": "a list",
                "list": "a list",
                "string": "text",
                "model": "a mapping",
            }
            shape = kind.removesuffix("_type").removesuffix("_attributes")
            return f"{name}: wants {wanted.get(shape, shape)}", "see `quizkit schema`"
        case _:
            return f"{name}: {found['msg']}", "see `quizkit schema`"

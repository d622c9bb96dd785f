"""YAML text -> plain data, every scalar as text, and the place of every part. One pass over libyaml's events.

Invariant: nothing a file holds can cost more than its limits (size, depth, nodes), and whatever is wrong is a
Problem. YAML's own types are not used, so `no`, `1e-3`, `12:30:00` and `10_000` stay what the author wrote.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any, Final

import yaml

from quizkit.bank.problem import PROBLEM_LIMIT, problem, quoted
from quizkit.bank.text_file import read_text
from quizkit.errors import Problem
from quizkit.model.bank import Document, Path, Place, Position

_SCALAR_LIMIT: Final = 10_000
_DEPTH_LIMIT: Final = 40
_NODE_LIMIT: Final = 20_000
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_REMEDIES: Final = {
    "mapping values are not allowed": "quote the text that holds `: `, or write it under `|`",
    "cannot start any token": "indent with spaces; quote text that begins with @, ` or %",
    "undefined alias": "quote text that begins with *",
    "did not find expected alphabetic": "quote text that begins with * or &",
}
_MEND: Final = "mend the syntax here or on the lines above"


class Scalar(str):
    """A scalar as the author wrote it, which would not be what was meant if it is code or prose."""

    __slots__ = ("is_cut", "is_folded", "is_null")
    is_cut: bool
    """Its line goes on with a comment."""
    is_folded: bool
    """Its lines were joined."""
    is_null: bool
    """Nothing was written, or YAML's word for it."""


@dataclass
class Read:
    """What one file holds."""

    file: str
    data: Any = None
    places: dict[Path, Position] = field(default_factory=dict)
    """Where each part begins: a text where its first character stands, after the quote or on the line below `|`."""
    rewritten: set[Path] = field(default_factory=set)
    """The texts that are not written as they read."""
    keys: dict[Path, Position] = field(default_factory=dict)
    """Where each mapping key stands, by the path of its value."""
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def document(self) -> Document:
        """Where everything in the file stands."""
        return Document(file=self.file, places=self.places, rewritten=frozenset(self.rewritten))


class _RefusedError(Exception):
    """Reading stops here; the problem is noted."""


def read_yaml(file: FilePath, shown: str) -> Read:
    """Read a YAML file; `shown` is its name for people."""
    text, problems = read_text(file, shown)
    read = Read(shown, problems=problems)
    if not problems:
        _Builder(read, text).build()
    return read


class _Open:
    """A mapping or list that is being filled."""

    __slots__ = ("container", "is_mapping", "key", "path")

    def __init__(self, container: Any, path: Path, is_mapping: bool) -> None:
        self.container = container
        self.path = path
        self.is_mapping = is_mapping
        self.key: str | None = None
        """The key that waits for its value."""

    def put(self, value: Any) -> Path:
        """Put the next value in and return its path."""
        if self.is_mapping:
            key = self.key or ""
            self.container[key], self.key = value, None
            return (*self.path, key)
        self.container.append(value)
        return (*self.path, len(self.container) - 1)


class _Builder:
    """Builds data from events, without recursion."""

    def __init__(self, read: Read, text: str) -> None:
        self.read = read
        self.text = text
        self.lines = text.splitlines()
        self.nodes = 0
        self.documents = 0
        self.stack: list[_Open] = []

    def build(self) -> None:
        """Fill `read`; every problem is noted there."""
        takers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._count,
            yaml.DocumentStartEvent: self._document,
        }
        if not self._is_text():
            return
        try:
            for event in yaml.parse(self.text, Loader=_Loader):
                take = takers.get(type(event))
                if take is not None:
                    take(event)
        except _RefusedError:
            return
        except yaml.YAMLError as error:
            self._syntax(error)
        if not self.read.problems and self.read.data is None:
            self._note((1, 1), "the file is empty", "write into it what it is for, or delete it")

    def _is_text(self) -> bool:
        """Note the first character that no YAML file may hold."""
        found = _FORBIDDEN.search(self.text)
        if found is not None:
            line = self.text.count("\n", 0, found.start()) + 1
            what = f"YAML does not allow the character {found.group()!a}"
            self._note((line, 1), what, "take it out; if the file is full of them, save it as UTF-8")
        return found is None

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        position = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        what = getattr(error, "problem", None) or "this is not YAML"
        remedy = next((each for words, each in _REMEDIES.items() if words in what), _MEND)
        self._note(position, f"YAML: {what}", remedy)

    def _note(self, position: Position, what: str, remedy: str) -> None:
        line, column = position
        self.read.problems.append(problem(Place(file=self.read.file, line=line, column=column), what, remedy))

    def _refuse(self, event: Any, what: str, remedy: str) -> None:
        self._note(_position(event), what, remedy)
        raise _RefusedError

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._refuse(event, "the file holds more than one document", "keep one, without `---` lines")

    def _count(self, event: Any) -> None:
        """Take note of a node; refuse what no bank needs."""
        self.nodes += 1
        if self.nodes > _NODE_LIMIT:
            self._refuse(event, f"the file has more than {_NODE_LIMIT:,} parts", "split it")
        if event.anchor is not None:
            remedy = "quote text that begins with & or *; write out what stands in two places"
            self._refuse(event, "anchors and aliases are not used here", remedy)
        if event.tag is not None:
            self._refuse(
                event, f"the tag {event.tag} is not used here", "leave it out; quote text that begins with !"
            )

    def _open(self, event: Any) -> None:
        self._count(event)
        if len(self.stack) >= _DEPTH_LIMIT:
            self._refuse(event, f"nested deeper than {_DEPTH_LIMIT} levels", "flatten it")
        top = self.stack[-1] if self.stack else None
        if top is not None and top.is_mapping and top.key is None:
            self._refuse(
                event, "a key must be plain text", "write a word, or quote it: { and [ begin a mapping or list"
            )
        is_mapping = type(event) is yaml.MappingStartEvent
        container: Any = {} if is_mapping else []
        self.stack.append(_Open(container, self._put(top, container, _position(event)), is_mapping))

    def _close(self, _: Any) -> None:
        self.stack.pop()

    def _scalar(self, event: Any) -> None:
        self._count(event)
        value, style, start, end = event.value, event.style, event.start_mark, event.end_mark
        line = start.line
        if len(value) > _SCALAR_LIMIT:
            self._refuse(event, f"a text of more than {_SCALAR_LIMIT:,} characters", "shorten it")
        top = self.stack[-1] if self.stack else None
        if top is not None and top.is_mapping and top.key is None:
            self._key(top, value, (line + 1, start.column + 1))
        elif style == "|":
            self._put(top, value, self._text_below(line, end.line))
        elif style == ">":
            path = self._put(top, _damaged(value, is_folded=True), self._text_below(line, end.line))
            self.read.rewritten.add(path)
        else:
            is_cut = not style and self._goes_on(end.line, end.column)
            is_null = not style and value in _NULLS
            quote = len(style or "") if value else 0
            is_verbatim = end.line == line and end.column - start.column == len(value) + 2 * quote
            if is_cut or is_null or end.line > line:
                value = _damaged(value, is_folded=end.line > line, is_cut=is_cut, is_null=is_null)
            path = self._put(top, value, (line + 1, start.column + 1 + quote))
            if not is_verbatim:
                self.read.rewritten.add(path)

    def _text_below(self, line: int, last: int) -> Position:
        """Return where the text begins that stands under a `|` on `line`, to `last`; both from 0."""
        below = (self.lines[index] for index in range(line + 1, min(last + 1, len(self.lines))))
        first = next((text for text in below if text.strip()), "")
        return line + 2, len(first) - len(first.lstrip()) + 1

    def _goes_on(self, line: int, column: int) -> bool:
        """Say whether a comment follows on the same line."""
        text = self.lines[line] if line < len(self.lines) else ""
        return "#" in text and text[column:].lstrip().startswith("#")

    def _key(self, top: _Open, name: str, position: Position) -> None:
        path = (*top.path, name)
        if name in top.container:
            what = f"the key {quoted(name)} is given twice, first on line {self.read.keys[path][0]}"
            self._note(position, what, "keep one of them")
            if len(self.read.problems) > PROBLEM_LIMIT:
                raise _RefusedError
        self.read.keys[path] = position
        top.key = name

    def _put(self, top: _Open | None, value: Any, position: Position) -> Path:
        path: Path = ()
        if top is None:
            self.read.data = value
        else:
            path = top.put(value)
        self.read.places[path] = position
        return path


def _position(event: Any) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _damaged(value: str, *, is_folded: bool = False, is_cut: bool = False, is_null: bool = False) -> Scalar:
    scalar = Scalar(value)
    scalar.is_folded, scalar.is_cut, scalar.is_null = is_folded, is_cut, is_null
    return scalar

"""YAML text -> plain data, every scalar as text, and the place of every part. One pass over libyaml's events.

Invariant: nothing a file holds can cost more than its limits (size, depth, nodes), and whatever is wrong is a
Problem. YAML's own types are not used, so `no`, `1e-3`, `12:30:00` and `10_000` stay what the author wrote.
"""

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

import yaml

from quizkit.bank.problem import PROBLEM_LIMIT, problem, quoted
from quizkit.errors import Problem
from quizkit.model.bank import Path, Place, Position

_SIZE_LIMIT: Final = 1024 * 1024
_SCALAR_LIMIT: Final = 20_000
_DEPTH_LIMIT: Final = 40
_NODE_LIMIT: Final = 20_000
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN: Final = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
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
    """Where each part begins; what stands under `|` begins on the next line."""
    keys: dict[Path, Position] = field(default_factory=dict)
    """Where each mapping key stands, by the path of its value."""
    problems: list[Problem] = field(default_factory=list)


class _Refused(Exception):  # noqa: N818
    """Reading stops here; the problem is noted."""


def read_text(file: FilePath, shown: str, limit: int = _SIZE_LIMIT) -> tuple[str, list[Problem]]:
    """Return a file's text, or the problem that it cannot be read; `shown` is its name for people."""

    def refuse(what: str, remedy: str, line: int = 1) -> tuple[str, list[Problem]]:
        return "", [problem(Place(file=shown, line=line), what, remedy)]

    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return refuse("this is not a regular file", "put a plain file here, or rename it")
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error)
        return refuse(f"the file cannot be read: {told}", "check its permissions and where it points")
    if len(data) > limit:
        return refuse(f"the file has more than {limit:,} bytes", "split it")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return refuse(f"byte {error.start:,} of the file is not UTF-8", "save the file as UTF-8", line)


def read_yaml(file: FilePath, shown: str) -> Read:
    """Read a YAML file; `shown` is its name for people."""
    text, problems = read_text(file, shown)
    read = Read(shown, problems=problems)
    if not problems:
        _Builder(read, text).build()
    return read


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that is being filled."""

    container: Any
    path: Path
    is_mapping: bool
    key: str | None = None
    """The key that waits for its value."""


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
        parser = _Loader(self.text) if self._is_text() else None
        try:
            while parser is not None and parser.check_event():
                self._take(parser.get_event())
        except _Refused:
            return
        except yaml.YAMLError as error:
            self._syntax(error)
        if not self.read.problems and self.read.data is None:
            self._note((1, 1), "the file is empty", "write an item, or delete the file")

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
        self._note(self._position(event), what, remedy)
        raise _Refused

    def _position(self, event: Any) -> Position:
        mark = event.start_mark
        line = mark.line
        if isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">"):
            text = self.lines[line + 1] if line + 1 < len(self.lines) else ""
            return line + 2, len(text) - len(text.lstrip()) + 1
        return line + 1, mark.column + 1

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "the file holds more than one document", "keep one, without `---` lines")

    def _node(self, event: Any) -> None:
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
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        else:
            self._open(event, is_mapping=isinstance(event, yaml.MappingStartEvent))

    def _open(self, event: Any, *, is_mapping: bool) -> None:
        if len(self.stack) >= _DEPTH_LIMIT:
            self._refuse(event, f"nested deeper than {_DEPTH_LIMIT} levels", "flatten it")
        if self._awaits_key():
            self._refuse(
                event, "a key must be plain text", "write a word, or quote it: { and [ begin a mapping or list"
            )
        container: Any = {} if is_mapping else []
        self.stack.append(_Open(container, self._add(event, container), is_mapping))

    def _awaits_key(self) -> bool:
        return bool(self.stack) and self.stack[-1].is_mapping and self.stack[-1].key is None

    def _scalar(self, event: Any) -> None:
        value = event.value
        if len(value) > _SCALAR_LIMIT:
            self._refuse(event, f"a text of more than {_SCALAR_LIMIT:,} characters", "shorten it")
        if self._awaits_key():
            self._key(event, value)
            return
        style, start, end = event.style, event.start_mark, event.end_mark
        is_folded = style == ">" or (style != "|" and end.line > start.line)
        is_cut = not style and end.line < len(self.lines) and self.lines[end.line][end.column :].lstrip()[:1] == "#"
        is_null = not style and value in _NULLS
        if is_folded or is_cut or is_null:
            value = Scalar(value)
            value.is_folded, value.is_cut, value.is_null = is_folded, is_cut, is_null
        self._add(event, value)

    def _key(self, event: Any, name: str) -> None:
        top = self.stack[-1]
        path = (*top.path, name)
        if name in top.container:
            line, _ = self.read.keys[path]
            what = f"the key {quoted(name)} is given twice, first on line {line}"
            self._note(self._position(event), what, "keep one of them")
            if len(self.read.problems) > PROBLEM_LIMIT:
                raise _Refused
        self.read.keys[path] = self._position(event)
        top.key = name

    def _add(self, event: Any, value: Any) -> Path:
        path: Path = ()
        if not self.stack:
            self.read.data = value
        else:
            top = self.stack[-1]
            if top.is_mapping:
                path = (*top.path, str(top.key))
                top.container[top.key], top.key = value, None
            else:
                path = (*top.path, len(top.container))
                top.container.append(value)
        self.read.places[path] = self._position(event)
        return path

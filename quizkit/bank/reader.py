"""YAML text -> plain data, every scalar as text, and the place of every part. One pass over libyaml's events.

Invariant: nothing a file holds can cost more than its limits (size, depth, nodes), and whatever is wrong is a
Problem. YAML's own types are not used, so `no`, `1e-3`, `12:30:00` and `10_000` stay what the author wrote.
"""

import stat
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

import yaml

from quizkit.errors import Problem
from quizkit.model.bank import Path, Place

_SIZE_LIMIT: Final = 1024 * 1024
_DEPTH_LIMIT: Final = 40
_NODE_LIMIT: Final = 100_000
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(str):
    """A scalar as the author wrote it. `damage` says what YAML has done to it, if it was code or prose."""

    __slots__ = ("cut", "folded")
    cut: bool
    folded: bool


@dataclass
class Read:
    """What one file holds."""

    file: str
    data: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    """Places of mapping keys, by the path of their value."""
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, what: str, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(place.file, place.line, place.column, what, remedy))


class _TooMuch(Exception):  # noqa: N818
    """Reading stops here; the problem is noted."""


def read_text(file: FilePath, shown: str, limit: int = _SIZE_LIMIT) -> tuple[str, list[Problem]]:
    """Return a file's text, or the problem that it cannot be read."""

    def refuse(what: str, remedy: str) -> tuple[str, list[Problem]]:
        return "", [Problem(shown, 1, 1, what, remedy)]

    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            return refuse("this is not a regular file", "put a plain file here, or rename it")
        if found.st_size > limit:
            return refuse(f"the file has {found.st_size:,} bytes, the limit is {limit:,}", "split it")
        data = file.read_bytes()
    except OSError as error:
        return refuse(f"the file cannot be read: {error.strerror}", "check its permissions and where it points")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", [Problem(shown, line, 1, f"byte {error.start} is not UTF-8", "save the file as UTF-8")]
    return text, []


def read_yaml(file: FilePath, shown: str) -> Read:
    """Read a YAML file; `shown` is its name for people."""
    text, problems = read_text(file, shown)
    read = Read(shown, problems=problems)
    if not problems:
        _Builder(read, text).build()
    return read


class _Builder:
    """Builds data from events, without recursion."""

    def __init__(self, read: Read, text: str) -> None:
        self.read = read
        self.text = text
        self.lines = text.splitlines()
        self.nodes = 0
        self.stack: list[tuple[Any, Path]] = []
        self.key: list[Any] = []
        """The key a mapping on the stack is waiting to give a value, or None."""

    def build(self) -> None:
        """Fill `read`; every problem is noted there."""
        documents = 0
        try:
            for event in yaml.parse(self.text, Loader=_Loader):
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._refuse(event, "the file holds more than one document", "keep one, without `---` lines")
                self._take(event)
        except _TooMuch:
            return
        except yaml.YAMLError as error:
            self._syntax(error)
        if not self.read.problems and self.read.data is None:
            place = Place(file=self.read.file)
            self.read.problem(place, "the file is empty", "write an item, or delete the file")

    def _syntax(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            place = Place(file=self.read.file, line=mark.line + 1, column=mark.column + 1)
            what = getattr(error, "problem", None) or "this is not YAML"
        else:
            position = getattr(error, "position", 0)
            position = position if isinstance(position, int) else 0
            line = self.text.count("\n", 0, position) + 1
            place, what = Place(file=self.read.file, line=line), "a character that YAML does not allow"
        self.read.problem(place, f"YAML: {what}", "mend the syntax here or on the line above")

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        if isinstance(event, yaml.ScalarEvent) and event.style in ("|", ">"):
            line = mark.line + 1
            text = self.lines[line] if line < len(self.lines) else ""
            return Place(file=self.read.file, line=line + 1, column=len(text) - len(text.lstrip()) + 1)
        return Place(file=self.read.file, line=mark.line + 1, column=mark.column + 1)

    def _refuse(self, event: Any, what: str, remedy: str) -> None:
        self.read.problem(self._place(event), what, remedy)
        raise _TooMuch

    def _take(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, "anchors and aliases are not used here", "write the text out where it is needed")
        if getattr(event, "tag", None) and not getattr(event, "implicit", True):
            self._refuse(event, f"the tag {event.tag} is not used here", "leave the tag out")
        if isinstance(event, yaml.MappingStartEvent):
            self._open(event, {})
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open(event, [])
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.stack.pop()
            self.key.pop()

    def _count(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > _NODE_LIMIT:
            self._refuse(event, f"the file has more than {_NODE_LIMIT:,} parts", "split it")

    def _open(self, event: Any, container: Any) -> None:
        self._count(event)
        if len(self.stack) >= _DEPTH_LIMIT:
            self._refuse(event, f"nested deeper than {_DEPTH_LIMIT} levels", "flatten it")
        if self.stack and isinstance(self.stack[-1][0], dict) and self.key[-1] is None:
            self._refuse(event, "a key must be plain text", "write the key as a word")
        path = self._add(event, container)
        self.stack.append((container, path))
        self.key.append(None)

    def _scalar(self, event: Any) -> None:
        self._count(event)
        scalar = Scalar(event.value)
        scalar.folded = event.style == ">"
        end = event.end_mark
        rest = self.lines[end.line][end.column :] if end.line < len(self.lines) else ""
        scalar.cut = not event.style and rest.lstrip().startswith("#")
        if self.stack and isinstance(self.stack[-1][0], dict) and self.key[-1] is None:
            self._new_key(event, scalar)
        else:
            self._add(event, scalar)

    def _new_key(self, event: Any, scalar: Scalar) -> None:
        container, path = self.stack[-1]
        if scalar in container:
            first = self.read.keys[(*path, str(scalar))]
            what = f"the key {str(scalar)!r} is given twice, first on line {first.line}"
            self.read.problem(self._place(event), what, "keep one of them")
        self.read.keys[(*path, str(scalar))] = self._place(event)
        self.key[-1] = scalar

    def _add(self, event: Any, value: Any) -> Path:
        if not self.stack:
            self.read.data, path = value, ()
        else:
            container, parent = self.stack[-1]
            if isinstance(container, dict):
                path = (*parent, str(self.key[-1]))
                container[self.key[-1]] = value
                self.key[-1] = None
            else:
                path = (*parent, len(container))
                container.append(value)
        self.read.places[path] = self._place(event)
        return path

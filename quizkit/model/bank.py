"""The bank: everything loaded, each thing with its place in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from pydantic import SkipValidation, model_validator

from quizkit.model.base import Noun, Written
from quizkit.model.card import Card
from quizkit.model.experiment import Experiment, LoadedSolution
from quizkit.model.item import Item
from quizkit.model.lesson import Lesson
from quizkit.model.mode import READING_MODES, Mode
from quizkit.model.text import Code, Id, PrintableText, Prose

Path = tuple[str | int, ...]
"""Where something stands inside a document: keys and list positions."""

Position = tuple[int, int]
"""Line and column, as editors count them, from 1."""

START: Final[Position] = (1, 1)
"""Where a text begins."""


class Place(Noun):
    """A position in a file, as editors count: lines and columns from 1."""

    file: PrintableText
    """Path as the user gave it, joined with what was found below it. A file name is foreign text too."""
    line: int = 1
    """Line, from 1."""
    column: int = 1
    """Column, from 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Fact(Written):
    """A named value that prose may quote, measured by running it."""

    given: Code = ""
    """The program that makes the value."""
    value: Code
    """The expression whose value is the fact."""
    differs_from: Id | None = None
    """Another fact, whose value must be another: a pair to show side by side."""
    about: Prose | None = None
    """What the value is, for the author."""


class Pattern(Written):
    """One topic, as `pattern.yaml` states it."""

    id: Id
    """Stable identifier of the topic."""
    title: Prose
    """The topic's name, for people."""
    summary: Prose | None = None
    """One sentence on what it teaches."""
    source: Prose | None = None
    """Where its facts come from."""
    prelude: Code = ""
    """Imports that every program of the topic starts with."""
    facts: dict[Id, Fact] = {}
    """Proved values, by id."""


class Document(Noun):
    """What was read from files, with the place of every part of it."""

    file: PrintableText
    """The file it was read from."""
    places: SkipValidation[dict[Path, Position]]
    """Where each part that can be pointed at stands. Thousands of them: the reader's word is taken."""
    rewritten: SkipValidation[frozenset[Path]] = frozenset()
    """The texts that are not written as they read: with escapes, or on several lines that are joined."""

    def place(self, path: Path = (), inside: Position = START) -> Place:
        """Return the place of a position inside the text at `path`, as near as can be told.

        That is where the text begins if it is rewritten, and the nearest part around it if it is not there.
        """
        for end in range(len(path), -1, -1):
            if (found := self.places.get(path[:end])) is not None:
                line, column = inside if end == len(path) and path not in self.rewritten else START
                return Place(file=self.file, line=found[0] + line - 1, column=found[1] + column - 1)
        return Place(file=self.file)


class LoadedItem(Noun):
    """An item and where it was written."""

    item: Item
    """The item."""
    document: Document
    """Its places, by path inside the item."""


class LoadedExperiment(Noun):
    """An experiment with its solutions."""

    experiment: Experiment
    """What `experiment.yaml` states."""
    document: Document
    """Its places, by path inside experiment.yaml."""
    solutions: tuple[LoadedSolution, ...]
    """Its solutions, in the order they are listed."""


class LoadedPattern(Noun):
    """A topic and everything about it."""

    pattern: Pattern
    """What `pattern.yaml` states."""
    document: Document
    """Its places, by path inside pattern.yaml."""
    items: tuple[LoadedItem, ...] = ()
    """Its items, by file name and order in the file."""
    lesson: Lesson | None = None
    """What lesson.md says, its figures not yet put in; None if there is no such file."""
    cards: tuple[Card, ...] = ()
    """Its flip cards, in the order of cards.yaml; their figures not yet put in."""
    experiment: LoadedExperiment | None = None
    """Its experiment; None if there is no experiment.yaml."""
    folder: str
    """The folder it was read from, where its proofs.lock stands."""

    @property
    def unasked_modes(self) -> tuple[Mode, ...]:
        """The modes that ask no questions and for which it has something."""
        reading = READING_MODES if self.lesson is not None else ()
        return reading if self.experiment is None else (*reading, Mode.EXPERIMENT)


class Bank(Noun):
    """Everything loaded."""

    patterns: tuple[LoadedPattern, ...]
    """The topics, by folder name."""
    folder: PrintableText = ""
    """The folder it was loaded from, as the user gave it."""
    is_own: bool = False
    """Shipped with, or in an editable checkout beside, the installed quizkit; all else is foreign."""

    @model_validator(mode="after")
    def _unique(self) -> Self:
        seen: set[str] = set()
        for loaded in self.patterns:
            for entry in loaded.items:
                if entry.item.id in seen:
                    raise ValueError(f"duplicate item id {entry.item.id!r}")
                seen.add(entry.item.id)
        return self


@dataclass(frozen=True)
class Instance:
    """An item with its variant filled in: made from what is checked already, so that nothing is checked again."""

    id: str
    """The item's id, followed by `?name=value&...` if it has variants."""
    item: Item
    """The item without variants; contexts are still open."""
    variant: Mapping[str, str] = field(default_factory=dict)
    """The row that was filled in."""

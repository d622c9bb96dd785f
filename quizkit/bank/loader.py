"""A folder -> Bank, or every problem of every file at once.

Invariant: whatever the files hold, the answer is a Bank or a ContentError; nothing is loaded in part.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path as FilePath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from quizkit.bank.files import PatternFiles, find
from quizkit.bank.lesson import read_lesson
from quizkit.bank.lint import lint_item
from quizkit.bank.lint_experiment import lint_experiment
from quizkit.bank.lint_pattern import lint_card, lint_pattern
from quizkit.bank.problem import first_of, problem
from quizkit.bank.reader import Read, read_yaml
from quizkit.bank.text_file import read_text
from quizkit.bank.wording import Complaint, complaints, unknown_kind
from quizkit.errors import ContentError, Problem, UsageError
from quizkit.model.bank import (
    Bank,
    Document,
    LoadedExperiment,
    LoadedItem,
    LoadedPattern,
    Path,
    Pattern,
    Place,
    Position,
)
from quizkit.model.card import Card
from quizkit.model.experiment import Experiment, LoadedSolution
from quizkit.model.item import KINDS
from quizkit.model.lesson import Lesson
from quizkit.model.text import one_line

AnyNoun = TypeVar("AnyNoun", bound=BaseModel)


def load(path: FilePath, *, is_own: bool = False) -> Bank:
    """Return everything in and below `path`, the folder of a bank or of one pattern.

    Raises UsageError if it is no folder, ContentError for what its files hold.
    """
    name = one_line(str(path))
    if path.is_file():
        folder = one_line(str(path.parent.parent if path.parent.name == "items" else path.parent))
        how = f"quizkit verify {folder} --only ID"
        raise UsageError(f"{name} is a file; give a folder, and one item with --only: {how}")
    if not path.is_dir():
        raise UsageError(f"there is no folder {name}; give the folder of a bank, such as content/")
    found, problems = find(path, follows_links=is_own)
    loader = _Loader(problems)
    patterns = [pattern for files in found if (pattern := loader.pattern(files)) is not None]
    if problems:
        raise ContentError(first_of(problems))
    return Bank(patterns=tuple(patterns), folder=name, is_own=is_own)


class _Loader:
    """Reads files one by one, noting every problem and where each id stands first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.taken: dict[tuple[str, str], Place] = {}

    def pattern(self, files: PatternFiles) -> LoadedPattern | None:
        """Return a pattern with its items, linted; None if pattern.yaml does not say what it must."""
        read = self._read(files.pattern)
        pattern = self._noun(Pattern, read, ()) if read is not None else None
        facts = pattern.facts if pattern is not None else None
        lesson = self._lesson(files.lesson, facts) if files.lesson is not None else None
        cards = tuple(self._cards(files.cards, facts)) if files.cards is not None else ()
        experiment = self._experiment(files.experiment, files.solutions, facts) if files.experiment else None
        items = tuple(item for file in files.items for item in self._items(file))
        for entry in items:
            self._take("item", entry.item.id, entry.document)
            self.problems += lint_item(entry, pattern.prelude if pattern else "")
        if read is None or pattern is None:
            return None
        document = read.document
        self._take("pattern", pattern.id, document)
        self.problems += lint_pattern(pattern, document)
        return LoadedPattern(
            pattern=pattern, document=document, items=items, lesson=lesson, cards=cards, experiment=experiment,
            folder=str(files.folder),
        )  # fmt: skip

    def _read(self, file: FilePath) -> Read | None:
        """Return what a YAML file holds, or None if it cannot be read."""
        read = read_yaml(file, str(file))
        self.problems += read.problems
        return None if read.problems else read

    def _lesson(self, file: FilePath, facts: Collection[str] | None) -> Lesson | None:
        """Return a lesson that may quote `facts`, or any if they are not known."""
        text, found = read_text(file, str(file))
        lesson, wrong = read_lesson(text, str(file), facts) if not found else (None, found)
        self.problems += wrong
        return lesson

    def _cards(self, file: FilePath, facts: Collection[str] | None) -> Iterator[Card]:
        """Yield the flip cards of a file, which may quote `facts`, or any if they are not known."""
        read = self._read(file)
        if read is None:
            return
        for root, document in _documents(read, self._roots(read, "cards")).items():
            if (card := self._noun(Card, read, root)) is not None:
                self._take("card", card.id, document)
                self.problems += lint_card(card, document, facts)
                yield card

    def _experiment(
        self, file: FilePath, programs: Iterable[FilePath], facts: Collection[str] | None
    ) -> LoadedExperiment | None:
        """Return an experiment with its solutions; None if it is not whole."""
        read = self._read(file)
        experiment = self._noun(Experiment, read, ()) if read is not None else None
        texts = {program.name: (str(program), self._text(program)) for program in programs}
        if read is None or experiment is None:
            return None
        document = read.document
        self.problems += lint_experiment(experiment, document, texts, facts)
        solutions = tuple(
            LoadedSolution(solution=each, path=str(FilePath(path).absolute()), source=source)
            for each in experiment.solutions
            for path, source in [texts.get(each.file, ("", ""))]
        )
        return LoadedExperiment(experiment=experiment, document=document, solutions=solutions)

    def _text(self, file: FilePath) -> str:
        """Return the text of a file; nothing, its problems noted, if it cannot be read."""
        text, found = read_text(file, str(file))
        self.problems += found
        return text

    def _roots(self, read: Read, what: str) -> list[Path]:
        """Return where the entries of a file stand: it holds one, or a list of them."""
        if read.data == []:
            self.problems.append(problem(Place(file=read.file), f"the list holds no {what}", "write one"))
        return [(index,) for index in range(len(read.data))] if isinstance(read.data, list) else [()]

    def _items(self, file: FilePath) -> Iterator[LoadedItem]:
        read = self._read(file)
        if read is None:
            return
        for root, document in _documents(read, self._roots(read, "items")).items():
            data = read.data[root[0]] if root else read.data
            if (complaint := unknown_kind(data)) is not None:
                self._complain(read, root, complaint)
            elif (item := self._noun(KINDS[data["kind"]], read, root)) is not None:
                yield LoadedItem(item=item, document=document)

    def _noun(self, noun: type[AnyNoun], read: Read, root: Path) -> AnyNoun | None:
        """Return the noun at `root`, or None with its problems noted."""
        data = read.data[root[0]] if root else read.data
        try:
            return noun.model_validate(data)
        except ValidationError as error:
            for complaint in complaints(error, noun, data):
                self._complain(read, root, complaint)
            return None

    def _complain(self, read: Read, root: Path, complaint: Complaint) -> None:
        at = (*root, *complaint.path)
        place = read.document.place(at)
        if complaint.is_key and at in read.keys:
            line, column = read.keys[at]
            place = Place(file=read.file, line=line, column=column)
        self.problems.append(problem(place, complaint.what, complaint.remedy))

    def _take(self, kind: str, name: str, document: Document) -> None:
        """Note that an id is in use; that it is so already is a problem."""
        place = document.place(("id",))
        first = self.taken.setdefault((kind, name), place)
        if first is not place:
            self.problems.append(
                problem(place, f"the {kind} id {name!r} is taken, first at {first}", "choose another")
            )


def _documents(read: Read, roots: list[Path]) -> dict[Path, Document]:
    """Return the entries of a file as documents, by where each stands; the paths in them begin there."""
    if roots == [()]:
        return {(): read.document}
    places: dict[Path, dict[Path, Position]] = {root: {} for root in roots}
    rewritten: dict[Path, set[Path]] = {root: set() for root in roots}
    for path, position in read.places.items():
        if path:
            places[path[:1]][path[1:]] = position
    for path in read.rewritten:
        rewritten[path[:1]].add(path[1:])
    return {
        root: Document(file=read.file, places=places[root], rewritten=frozenset(rewritten[root])) for root in roots
    }

"""lesson.md -> Lesson. Pure.

A lesson is Markdown. A heading of the first level begins a section and names its mode: `# Why: A head that
nobody calls`. Invariant: a lesson is read whole, or a problem says at which line it is not.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from quizkit.bank.problem import did_you_mean, problem, quoted
from quizkit.bank.prose import lint_prose, numbered
from quizkit.errors import Problem
from quizkit.model.bank import Place
from quizkit.model.lesson import Lesson, Section
from quizkit.model.mode import READING_MODES
from quizkit.model.text import printable

_MODES: Final = [mode.value for mode in READING_MODES]


@dataclass
class _Draft:
    """What stands under one heading."""

    line: int
    name: str
    title: str
    body: list[str] = field(default_factory=list)

    @property
    def mode(self) -> str:
        """The mode that the heading names, as ids are written: `Deep dive` is deep-dive."""
        return "-".join(self.name.lower().split())

    def text(self) -> str:
        """Return the body without blank lines around it."""
        return "\n".join(self.body).strip("\n").rstrip()


def read_lesson(text: str, file: str, facts: Collection[str] | None) -> tuple[Lesson | None, list[Problem]]:
    """Return the lesson in `text`, or None with everything that is wrong with it.

    `facts` are those it may quote; None if any.
    """
    drafts: list[_Draft] = []
    problems = [
        problem(Place(file=file, line=doubt.line, column=doubt.column), doubt.what, doubt.remedy)
        for doubt in lint_prose(text, facts)
    ]
    for number, line, is_code in numbered(text):
        if line.startswith("# ") and not is_code:
            name, _, title = line[1:].partition(":")
            drafts.append(_Draft(number, name.strip(), title.strip()))
        elif drafts:
            drafts[-1].body.append(line)
        elif line.strip():
            drafts.append(_Draft(number, "", "", [line]))
    problems += [problem(Place(file=file, line=line), what, remedy) for line, what, remedy in _wrong(drafts)]
    if problems:
        return None, problems
    by_mode = {draft.mode: draft for draft in drafts}
    return Lesson(
        sections=tuple(
            Section(mode=mode, title=printable(by_mode[mode].title), body=printable(by_mode[mode].text()))
            for mode in READING_MODES
        )
    ), []


def _wrong(drafts: list[_Draft]) -> Iterator[tuple[int, str, str]]:
    """Yield the line, what is wrong and what to do, for every section and for those that are not there."""
    first: dict[str, int] = {}
    for draft in drafts:
        name = quoted(draft.name)
        if not draft.name:
            yield draft.line, "this stands in no section", f"begin with a heading such as `{_example(_MODES[0])}`"
        elif draft.mode not in _MODES:
            otherwise = f"choose {', '.join(_MODES)}; inside a section, headings begin with `##`"
            yield draft.line, f"there is no section {name}", did_you_mean(draft.mode, _MODES, otherwise)
        elif draft.mode in first:
            yield draft.line, f"the section {name} is there twice, first on line {first[draft.mode]}", "join them"
        elif not draft.title:
            yield draft.line, f"the section {name} has no title", f"write `{_example(draft.mode)}`"
        elif not draft.text():
            yield draft.line, f"the section {name} is empty", "write what it has to say"
        first.setdefault(draft.mode, draft.line)
    for mode in _MODES:
        if mode not in first:
            yield 1, f"the lesson has no section {quoted(mode)}", f"add `{_example(mode)}`"


def _example(mode: str) -> str:
    return f"# {mode.replace('-', ' ').capitalize()}: TITLE"

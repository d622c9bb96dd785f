"""The lesson of a topic: a section of Markdown for each mode in which one reads.

Invariant: a lesson has every section once. Its figures are `{fact:ID}`, `{program:ID}` and `{table:ID}` until
`quizkit.bank.prose.interpolated` puts in what was measured.
"""

from typing import Self

from pydantic import model_validator

from quizkit.model.base import Noun
from quizkit.model.mode import READING_MODES, Mode
from quizkit.model.text import PrintableText


class Section(Noun):
    """One section of a lesson."""

    mode: Mode
    """The mode in which it is read."""
    title: PrintableText
    """Its heading, without the mode."""
    body: PrintableText
    """Markdown."""


class Lesson(Noun):
    """What a topic has to say."""

    sections: tuple[Section, ...]
    """A section for each of `READING_MODES`, in that order."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if tuple(section.mode for section in self.sections) != READING_MODES:
            raise ValueError("a lesson has a section for each mode of reading, in their order")
        return self

    def section(self, mode: Mode) -> Section:
        """Return the section of one of `READING_MODES`."""
        return self.sections[READING_MODES.index(mode)]

"""Lines out, lines in.

Invariant: what a learner reads goes to one stream in the order it is said. The end of the input, and a reader who has
left, both end the conversation with `LeftError`.
"""

import sys
from collections.abc import Iterable
from typing import TextIO

from quizkit.model.text import one_line
from quizkit.report.layout import Page, is_terminal, page_for, prose
from quizkit.report.outlet import Outlet
from quizkit.report.words import inert


class LeftError(Exception):
    """The learner has left."""


class Talk:
    """A conversation over two streams."""

    def __init__(self, source: TextIO, out: TextIO) -> None:
        self.page: Page = page_for(out)
        self._source, self._outlet = source, Outlet(out)
        self._echoes = not is_terminal(source)
        if (reconfigure := getattr(source, "reconfigure", None)) is not None:
            reconfigure(errors="replace")

    def say(self, lines: Iterable[str]) -> None:
        """Say lines. Raises LeftError if nobody reads them."""
        for line in lines:
            self._put(inert(line) + "\n")

    def ask(self, question: str) -> str:
        """Ask, and return the line that is answered, without spaces around it.

        Raises LeftError at the end of the input.
        """
        self.say(["", *prose(question, self.page.width)])
        self._put("> ")
        answer = self._source.readline()
        if not answer:
            self._put("\n")
            raise LeftError
        typed = one_line(answer)
        if self._echoes:  # A terminal shows what is typed; a transcript would have the answer nowhere.
            self.say([typed])
        return typed

    def _put(self, text: str) -> None:
        self._outlet.put(text)
        if not self._outlet.is_open:
            raise LeftError


def standard_talk() -> Talk:
    """Return the conversation over standard input and output."""
    return Talk(sys.stdin, sys.stdout)

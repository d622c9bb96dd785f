"""Problems in words: one line each, short and printable, whatever the file they are about holds."""

from collections.abc import Iterable
from typing import Final

from quizkit.errors import Problem
from quizkit.model.bank import Place
from quizkit.model.text import one_line

PROBLEM_LIMIT: Final = 50
"""Problems told of one file."""
_WORD_LIMIT: Final = 80
_TEXT_LIMIT: Final = 300


def problem(place: Place, what: str, remedy: str) -> Problem:
    """Return a problem at `place`."""
    return Problem(one_line(place.file), place.line, place.column, _cut(what), _cut(remedy))


def _cut(text: str) -> str:
    text = one_line(text[: _TEXT_LIMIT + 1])
    return text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}…"


def quoted(word: str) -> str:
    """Return a word of the author's in quotes, cut if it is long."""
    return repr(word if len(word) <= _WORD_LIMIT else f"{word[:_WORD_LIMIT]}…")


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return the remedy for an unknown word: the known one that is most like it, else `otherwise`."""
    from difflib import get_close_matches  # Only a bank with problems pays for the import.

    close = get_close_matches(word[:_WORD_LIMIT], known, 1)
    return f"did you mean {quoted(close[0])}?" if close else otherwise


def first_of(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, of every file the first ones only."""
    told: dict[str, list[Problem]] = {}
    for each in sorted(set(problems)):
        told.setdefault(each.file, []).append(each)
    for file, found in told.items():
        if len(found) > PROBLEM_LIMIT:
            last = found[PROBLEM_LIMIT]
            more = Problem(
                file, last.line, last.column, "there is more that is wrong from here on", "mend this first"
            )
            found[PROBLEM_LIMIT:] = [more]
    return [each for found in told.values() for each in found]

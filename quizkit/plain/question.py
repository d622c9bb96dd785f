"""A question in lines: the stem, the program, the numbered options. Pure.

Invariant: an option has the same number wherever it is told, that of its place in the order shown.
"""

from collections.abc import Iterator

from quizkit.model.served import Entry, ServedCard, ServedItem, ServedOption
from quizkit.model.text import count, one_line
from quizkit.practice.state import Session, Turn
from quizkit.report.explain import stem_lines
from quizkit.report.layout import Page, prose, verbatim
from quizkit.report.words import duration


def heading(session: Session, turn: Turn, page: Page) -> Iterator[str]:
    """Yield which question this is."""
    number = session.turns.index(turn) + 1
    flagged = ", flagged" if turn.is_flagged else ""
    again = ", put off before" if turn.skips else ""
    yield ""
    yield page.paint("strong", f"Question {number} of {len(session.turns)}{again}{flagged}")
    yield from prose(described(turn.entry), page.width, "  ")
    if session.deadline is not None and session.rules.seconds is not None:
        left = max(0.0, session.deadline - session.since)
        yield f"  {duration(left)} for this one, {count(session.attempts_left, 'attempt')}"


def described(entry: Entry) -> str:
    """Return what an entry is, in a line; what it is about would give the answer to some away."""
    return "flip card" if isinstance(entry, ServedCard) else f"{entry.kind}, {entry.difficulty.value}"


def question(item: ServedItem, options: tuple[str, ...], page: Page) -> Iterator[str]:
    """Yield an item as it is asked."""
    yield ""
    yield from stem_lines(item.stem, page.width)
    if item.given.strip():
        yield ""
        yield from verbatim(item.given, "  | ")
    for number, option in enumerate(options, start=1):
        yield ""
        yield from option_lines(item.option(option), f"{number}  ", page)


def option_lines(option: ServedOption, first: str, page: Page) -> Iterator[str]:
    """Yield what an option says behind `first`; code of several lines below it, behind a bar."""
    if not option.is_code:
        yield from prose(option.text, page.width, first, " " * len(first))
    elif "\n" in option.text.strip("\n"):
        yield f"{first}code"
        yield from verbatim(option.text, " " * len(first) + "| ")
    else:
        yield f"{first}{one_line(option.text)}"


def hint_lines(turn: Turn, page: Page, first: int = 1) -> Iterator[str]:
    """Yield the hints that are open, from the `first`."""
    for number, text in enumerate(turn.open_hints[first - 1 :], start=first):
        yield from prose(f"Hint {number} of {turn.hints_allowed}: {text}", page.width, "  ", "    ")

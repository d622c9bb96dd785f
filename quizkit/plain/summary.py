"""What came of a session, and where a learner stands, in lines. Pure."""

from collections.abc import Iterable, Iterator

from quizkit.model.served import ServedItem
from quizkit.model.text import count, one_line
from quizkit.plain.feedback import verdict
from quizkit.practice.overview import Overview
from quizkit.practice.result import Result, Share
from quizkit.practice.reviews import reviews_said
from quizkit.practice.spans import span
from quizkit.practice.state import Session
from quizkit.report.layout import Page, cells, cut, pad, prose, section
from quizkit.report.words import duration, inert_json


def result_lines(result: Result, page: Page, returns: str = "") -> Iterator[str]:
    """Yield what came of a session, and when what was asked in it comes back."""
    yield ""
    yield page.paint("strong", f"{result.mode.value.capitalize()}: {result.right} of {result.total} right")
    hints = f", {count(result.hints, 'hint')}" if result.hints else ""
    yield f"  {duration(result.seconds)}{hints}"
    if result.badge or result.missed_badge:
        missed = f"; {result.missed_badge}" if result.missed_badge else ""
        yield f"  badge: {result.badge or 'none'}{missed}"
    if result.strength is not None:
        shown = f"strength in this test alone: {result.strength}, at an item of medium difficulty; 90 % interval"
        yield from prose(shown, page.width, "  ", "    ")
    yield from prose(returns, page.width, "  ")
    yield from section("By difficulty", _shares(result.difficulties), page)
    yield from section("By concept", _shares(result.concepts), page)


def answer_lines(session: Session, page: Page) -> Iterator[str]:
    """Yield every entry with what became of it, a line each."""
    yield ""
    for number, turn in enumerate(session.turns, start=1):
        entry = turn.entry
        said = entry.stem if isinstance(entry, ServedItem) else entry.front
        start = f"{number:>3}  {pad(verdict(turn, session).rstrip('.').split(':')[0], 13)}"
        flagged = "  flagged" if turn.is_flagged else ""
        yield start + cut(one_line(said), page.width - cells(start) - len(flagged)) + flagged


def overview_lines(overview: Overview, title: str, now: float, page: Page) -> Iterator[str]:
    """Yield where a learner stands in a pattern."""
    yield f"{page.paint('strong', one_line(overview.pattern))}  {one_line(title)}"
    yield f"  {overview.met} of {count(overview.items, 'item')} met, {count(overview.attempts, 'attempt')}"
    known = overview.strength
    if known is not None:
        counted = f"{known.right} of {known.items} right without a hint"
        yield f"  strength {known}, at an item of medium difficulty; 90 % interval; {counted}"
    yield f"  {reviews_said(overview, now)}"
    if overview.last is not None:
        last = overview.last
        ended = "finished" if last.is_finished else "left before its end"
        yield f"  last session: {last.started.mode.value}, {ago(now - last.last_at)}, {ended}"
    next_step = overview.recommendation
    yield from prose(f"next: {next_step.mode.value}. {next_step.why}", page.width, "  ", "    ")
    yield from section("  By concept", (f"  {line}" for line in _shares(overview.concepts)), page)


def overview_json(overview: Overview) -> str:
    """Return where a learner stands as one line of JSON, times as seconds since 1970."""
    told = overview.model_dump(mode="json", exclude={"last"})
    if overview.strength is not None:
        low, high = overview.strength.interval
        told["strength"] |= {"percent": overview.strength.percent, "low_percent": low, "high_percent": high}
    last = overview.last
    told["last"] = last and {
        "session": last.started.id,
        "mode": last.started.mode.value,
        "at": last.last_at,
        "is_finished": last.is_finished,
    }
    return inert_json(told)


def ago(seconds: float) -> str:
    """Say how long ago something was."""
    return "just now" if seconds < 60 else f"{span(seconds)} ago"


def _shares(shares: Iterable[Share]) -> Iterator[str]:
    every = list(shares)
    width = max((cells(share.name) for share in every), default=0)
    for share in every:
        yield f"  {pad(share.name, width)}  {share.right} of {share.total}"

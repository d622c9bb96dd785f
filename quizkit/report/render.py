"""The doors: events in, one report out.

Invariant: the report is finished in its format before anything that stopped the verification is raised again, so a
reader of the report always finds a whole document that says how it ended.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, TextIO

from quizkit.errors import UsageError
from quizkit.model.event import ForecastMade, MutationEvent, MutationFinished, VerificationFinished, VerifyEvent
from quizkit.report.layout import page_for
from quizkit.report.outlet import ReportFile
from quizkit.report.progress import Pace, Watch, watching
from quizkit.report.stream import Clock, Counting, End, Event, MutantTally, Stopped, Tally, Told, concluded, is_end
from quizkit.report.words import forecast, pace

FORMATS: Final = ("text", "json", "junit", "github")
"""What the report of a verification can be written as."""

MUTATION_FORMATS: Final = ("text", "json")
"""What the report of a mutation test can be written as."""


def write(
    events: Iterable[VerifyEvent], form: str, out: TextIO, talk: TextIO, /, clock: Clock = time.monotonic
) -> VerificationFinished:
    """Write a verification to `out` in one of `FORMATS`, talk on `talk` as it runs, and return its conclusion.

    Raises UsageError for another format; and once the report is whole, what ended the verification early: Ctrl-C, or
    an error for people.
    """
    _check(form, FORMATS)
    tally = Tally()
    return _written(
        events,
        VerificationFinished,
        tally,
        _sink(form, out),
        lambda: pace(tally),
        out, talk, clock,
    )  # fmt: skip


def _sink(form: str, out: TextIO) -> Callable[[Iterable[Told]], Iterator[str]]:
    """Return what writes one of `FORMATS`; only that is imported."""
    match form:
        case "json":
            from quizkit.report.as_json import as_json

            return as_json
        case "junit":
            from quizkit.report.as_junit import as_junit

            return as_junit
        case "github":
            from quizkit.report.as_github import as_github

            return as_github
        case _:
            from quizkit.report.as_text import as_text

            return partial(as_text, page=page_for(out))


def write_mutation(
    events: Iterable[MutationEvent], form: str, out: TextIO, talk: TextIO, /, clock: Clock = time.monotonic
) -> MutationFinished:
    """Write a mutation test to `out` in one of `MUTATION_FORMATS`; all else is as in `write`."""
    from quizkit.report.mutation import mutation_as_json, mutation_as_text, mutation_pace

    _check(form, MUTATION_FORMATS)
    page = page_for(out)
    tally = MutantTally()
    return _written(
        events,
        MutationFinished,
        tally,
        mutation_as_json if form == "json" else lambda told: mutation_as_text(told, page),
        lambda: mutation_pace(tally),
        out, talk, clock,
    )  # fmt: skip


def _check(form: str, known: tuple[str, ...]) -> None:
    if form not in known:
        raise UsageError(f"there is no format {form!r} for this; choose one of {', '.join(known)}")


def _written(
    events: Iterable[Event],
    ends: type[End],
    tally: Counting[Event, End],
    sink: Callable[[Iterable[Event | Stopped[End]]], Iterator[str]],
    paced: Callable[[], Pace],
    out: TextIO,
    talk: TextIO,
    clock: Clock,
) -> End:
    last: Event | Stopped[End] | None = None
    interruptions: list[KeyboardInterrupt] = []

    def watched(watch: Watch) -> Iterator[Event | Stopped[End]]:
        nonlocal last
        for last in concluded(events, tally, interruptions, clock):
            if not is_end(last):
                with _put_off(interruptions):
                    if isinstance(last, ForecastMade):
                        watch.say(forecast(last))
                    watch.show(paced())
            yield last

    try:
        with watching(talk, out, clock) as watch:
            for text in sink(watched(watch)):
                with _put_off(interruptions):
                    watch.put(text)
    finally:
        _close(events)
    if isinstance(out, ReportFile):
        out.is_whole = True
    if isinstance(last, Stopped):
        raise last.error
    if interruptions:
        raise interruptions[0]
    assert isinstance(last, ends), "a stream of events ends in a conclusion"
    return last


@contextmanager
def _put_off(interruptions: list[KeyboardInterrupt]) -> Iterator[None]:
    """Let Ctrl-C wait for the next event, so that it does not cut the report in two; a second one does not wait."""
    try:
        yield
    except KeyboardInterrupt as error:
        if interruptions:
            raise
        interruptions.append(error)


def _close(events: Iterable[object]) -> None:
    """End what produces the events now, not when it happens to be collected: it may own processes."""
    close = getattr(events, "close", None)
    if close is not None:
        close()

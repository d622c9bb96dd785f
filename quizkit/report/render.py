"""The one door: events in, one report out.

Invariant: the report is finished in its format before anything that stopped the verification is raised again, so a
reader of the report always finds a whole document that says how it ended.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TextIO

from quizkit.errors import UsageError
from quizkit.model.event import VerificationFinished, VerifyEvent
from quizkit.report.as_github import as_github
from quizkit.report.as_json import as_json
from quizkit.report.as_junit import as_junit
from quizkit.report.as_text import as_text
from quizkit.report.layout import page_for
from quizkit.report.outlet import Outlet, ReportFile
from quizkit.report.progress import watching
from quizkit.report.stream import Told, VerificationStopped, concluded

Sink = Callable[[Iterable[Told]], Iterator[str]]
"""What a format is: told events in, text out, as early as the format allows."""

_FOR_PROGRAMS: Final[Mapping[str, Sink]] = MappingProxyType({"json": as_json, "junit": as_junit, "github": as_github})

FORMATS: Final = ("text", *_FOR_PROGRAMS)
"""What a report can be written as."""


def write(events: Iterable[VerifyEvent], form: str, out: TextIO, talk: TextIO, /) -> VerificationFinished:
    """Write the report of a verification to `out` in one of `FORMATS`, talking on `talk` as it runs, and return its conclusion.

    Raises again what ended the verification early (Ctrl-C, an error for people) once the report is whole.
    """
    last: Told | None = None

    def watched() -> Iterator[Told]:
        nonlocal last
        for last in concluded(events):
            watch.see(last)
            yield last

    sink = _sink(form, out)
    outlet = Outlet(out)
    try:
        with watching(talk, out, outlet) as watch:
            for text in sink(watched()):
                watch.put(text)
    finally:
        _close(events)
    if isinstance(out, ReportFile):
        out.is_whole = True
    if isinstance(last, VerificationStopped):
        raise last.error
    assert isinstance(last, VerificationFinished), "a stream of events ends in a conclusion"
    return last


def _sink(form: str, out: TextIO) -> Sink:
    if form == "text":
        page = page_for(out)
        return lambda told: as_text(told, page)
    try:
        return _FOR_PROGRAMS[form]
    except KeyError:
        raise UsageError(f"there is no format {form!r}; choose one of {', '.join(FORMATS)}") from None


def _close(events: Iterable[VerifyEvent]) -> None:
    """End what produces the events now, not when it happens to be collected: it may own processes."""
    close = getattr(events, "close", None)
    if close is not None:
        close()

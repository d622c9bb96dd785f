"""Talk while a verification runs: one live line on a terminal, else a plain line every ten seconds.

Invariant: talk never mixes with data. Where report and talk share a terminal, the live line is taken away before
the report's text is written and put back after it; when all is done nothing of it is left.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from quizkit.model.event import ItemJudged, ProbeFinished, VerificationStarted
from quizkit.model.text import one_line
from quizkit.report.layout import is_terminal
from quizkit.report.outlet import Outlet
from quizkit.report.stream import Tally, Told
from quizkit.report.words import count

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PLAIN_EVERY: Final = 10.0
"""Seconds between two plain lines."""
QUIET_FOR: Final = 0.3
"""Seconds without a live line: what is over by then never flickers, and never loads rich."""
REDRAW_EVERY: Final = 0.1
"""Seconds of report text gathered before the live line makes room for it."""

Clock = Callable[[], float]


class Watch(Protocol):
    """Sees every event, and passes the report's text on at the right moment."""

    def see(self, event: Told) -> None:
        """Take an event into account."""

    def put(self, text: str) -> None:
        """Pass text of the report on."""

    def close(self) -> None:
        """Leave nothing behind."""


@contextmanager
def watching(talk: TextIO, out: TextIO, outlet: Outlet, clock: Clock = time.monotonic) -> Iterator[Watch]:
    """Watch a verification on `talk`, its report going to `outlet`, which writes to `out`."""
    watch: Watch
    if is_terminal(talk):
        watch = LiveLine(talk, outlet, clock, is_shared=is_terminal(out))
    else:
        watch = PlainLines(Outlet(talk), outlet, clock)
    try:
        yield watch
    finally:
        watch.close()


class PlainLines:
    """A line now and then, for logs."""

    def __init__(self, talk: Outlet, outlet: Outlet, clock: Clock) -> None:
        self._talk, self._outlet, self._clock = talk, outlet, clock
        self._last = clock()
        self._planned = 0
        self._tally = Tally()

    def see(self, event: Told) -> None:
        """Count, and say how far things are if nothing was said for a while."""
        self._tally.count(event)
        if isinstance(event, VerificationStarted):
            self._planned = event.items
        if isinstance(event, ItemJudged | ProbeFinished) and self._clock() - self._last >= PLAIN_EVERY:
            self._last = self._clock()
            refuted = f", {self._tally.refuted:,} refuted" if self._tally.refuted else ""
            self._talk.put(f"verified {self._tally.judged:,} of {count(self._planned, 'item')}{refuted}\n")

    def put(self, text: str) -> None:
        """Pass text of the report on."""
        self._outlet.put(text)

    def close(self) -> None:
        """Leave nothing behind."""


class LiveLine:
    """A line that follows the work, for a person who waits."""

    def __init__(self, talk: TextIO, outlet: Outlet, clock: Clock, *, is_shared: bool) -> None:
        self._talk, self._outlet, self._clock, self._is_shared = talk, outlet, clock, is_shared
        self._start = self._last = clock()
        self._tally = Tally()
        self._items = self._finished = self._planned = 0
        self._current = ""
        self._gathered: list[str] = []
        self._live: tuple[Progress, TaskID] | None = None

    def see(self, event: Told) -> None:
        """Count, and bring the line up to date."""
        self._tally.count(event)
        match event:
            case VerificationStarted(items=items):
                self._items = items
            case ProbeFinished(finished=finished, planned=planned):
                self._finished, self._planned = finished, planned
            case ItemJudged(verdict=verdict):
                self._current = one_line(verdict.item)
            case _:
                pass
        self._draw()
        self._release()

    def put(self, text: str) -> None:
        """Pass text of the report on, in gulps where the live line has to make room."""
        if self._live is None or not self._is_shared:
            self._outlet.put(text)
            return
        self._gathered.append(text)
        self._release()

    def close(self) -> None:
        """Take the line away and pass on what was gathered."""
        if self._live is not None:
            self._live[0].stop()
            self._live = None
        if self._gathered:
            self._outlet.put("".join(self._gathered))
            self._gathered.clear()

    def _release(self) -> None:
        if not self._gathered or self._live is None or self._clock() - self._last < REDRAW_EVERY:
            return
        self._last = self._clock()
        self._live[0].stop()
        self._outlet.put("".join(self._gathered))
        self._gathered.clear()
        self._live[0].start()

    def _draw(self) -> None:
        if self._live is None:
            if self._clock() - self._start < QUIET_FOR:
                return
            self._live = _live_line(self._talk)
            self._live[0].start()
        progress, task = self._live
        refuted = f", {self._tally.refuted:,} refuted" if self._tally.refuted else ""
        items = f"{self._tally.judged:,}/{count(self._items, 'item')}{refuted}"
        probes = f"{self._finished:,}/{count(self._planned, 'probe')}"
        progress.update(
            task, completed=self._tally.judged, total=self._items, items=items, probes=probes, current=self._current
        )


def _live_line(talk: TextIO) -> "tuple[Progress, TaskID]":
    """Return a progress line that is gone when it is stopped. Foreign text is never read as markup."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    progress = Progress(
        TextColumn("{task.fields[items]}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=16),
        TextColumn("{task.fields[probes]}", markup=False, table_column=Column(no_wrap=True)),
        TimeElapsedColumn(),
        TextColumn(
            "{task.fields[current]}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
        ),
        console=Console(file=talk, highlight=False, markup=False, emoji=False),
        transient=True,
        expand=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = progress.add_task("", total=None, items="", probes="", current="")
    return progress, task

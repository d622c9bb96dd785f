"""Talk while a verification runs: one live line on a terminal, else a plain line every ten seconds.

Invariant: talk never mixes with data. Where report and talk share a terminal, the live line is taken away before
the report's text is written and put back after it; when all is done nothing of it is left. It is there when nothing
is heard, too: reading a large bank takes a while, and so does starting the sandbox.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TextIO

from quizkit.errors import UsageError
from quizkit.report.layout import is_dumb, is_terminal
from quizkit.report.outlet import Outlet
from quizkit.report.remaining import Remaining
from quizkit.report.stream import Clock

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PLAIN_EVERY: Final = 10.0
"""Seconds between two plain lines."""
QUIET_FOR: Final = 0.3
"""Seconds without a live line: what is over by then never flickers, and never loads rich."""
REDRAW_EVERY: Final = 0.1
"""Seconds of report text gathered before the live line makes room for it."""


@dataclass(frozen=True)
class Pace:
    """How far things are."""

    said: str
    """In words, on one line."""
    done: int = 0
    """What is behind."""
    total: int | None = None
    """What there is in all, if that is known."""
    current: str = ""
    """What came last, on one line."""
    work: str = ""
    """What is counted, where it is not the same all the time: the rest of it goes at a pace of its own."""


class Watch(Protocol):
    """Shows how far things are, and passes the report's text on at the right moment."""

    def show(self, pace: Pace) -> None:
        """Show how far things are, now or when it is time to."""

    def say(self, sentence: str) -> None:
        """Say something now that is not part of the report."""

    def put(self, text: str) -> None:
        """Pass text of the report on."""

    def close(self) -> None:
        """Leave nothing behind."""


@contextmanager
def watching(talk: TextIO, out: TextIO, clock: Clock) -> Iterator[Watch]:
    """Watch a verification on `talk`, its report going to `out`."""
    watch: Watch
    if is_terminal(talk) and not is_dumb():
        watch = LiveLine(talk, Outlet(out), clock, is_shared=is_terminal(out))
    else:
        watch = PlainLines(Outlet(talk), Outlet(out), clock)
    try:
        yield watch
    finally:
        watch.close()


class PlainLines:
    """A line now and then, for logs."""

    def __init__(self, talk: Outlet, outlet: Outlet, clock: Clock) -> None:
        self._talk, self._outlet, self._clock = talk, outlet, clock
        self._last = clock()
        self._remaining = Remaining()

    def show(self, pace: Pace) -> None:
        """Say how far things are if nothing was said for a while."""
        now = self._clock()
        left = self._remaining.told(now, pace.done, pace.total, pace.work)
        if now - self._last >= PLAIN_EVERY:
            self._last = now
            self.say(f"{pace.said}, {left}" if left else pace.said)

    def say(self, sentence: str) -> None:
        """Say something now that is not part of the report."""
        with suppress(UsageError):  # Talk that cannot be written is no reason to stop.
            self._talk.put(f"quizkit: {sentence}\n")

    def put(self, text: str) -> None:
        """Pass text of the report on."""
        self._outlet.put(text)

    def close(self) -> None:
        """Leave nothing behind."""


class LiveLine:
    """A line that follows the work, for a person who waits. It appears by itself, on a thread of its own."""

    def __init__(self, talk: TextIO, outlet: Outlet, clock: Clock, *, is_shared: bool) -> None:
        self._talk, self._outlet, self._clock, self._is_shared = talk, outlet, clock, is_shared
        self._start = self._last = clock()
        self._held = ""
        self._pace = Pace("starting")
        self._remaining = Remaining()
        self._live: tuple[Progress, TaskID] | None = None
        self._lock = threading.RLock()
        self._is_closed = False
        self._silence = threading.Timer(QUIET_FOR, self._appear)
        self._silence.daemon = True
        self._silence.start()

    def show(self, pace: Pace) -> None:
        """Bring the line up to date."""
        with self._lock:
            self._pace = pace
            if self._live is None:
                self._appear()
            else:
                progress, task = self._live
                progress.update(task, **self._told(pace))
                self._make_room()

    def say(self, sentence: str) -> None:
        """Say something now, on a line that stays above the live line."""
        with self._lock:
            if self._live is not None:
                self._live[0].console.print(f"quizkit: {sentence}")
                return
            with suppress(UsageError):
                Outlet(self._talk).put(f"quizkit: {sentence}\n")

    def put(self, text: str) -> None:
        """Pass text of the report on: whole lines where the live line shares their terminal, and in gulps."""
        if not self._is_shared:
            self._outlet.put(text)
            return
        with self._lock:
            self._held += text
            if self._live is None:
                self._pass_lines_on()
            else:
                self._make_room()

    def close(self) -> None:
        """Take the line away and pass on what was held back."""
        self._silence.cancel()
        with self._lock:
            self._is_closed = True
            if self._live is not None:
                self._live[0].stop()
                self._live = None
            held, self._held = self._held, ""
            self._outlet.put(held)

    def _appear(self) -> None:
        with self._lock:
            if self._live is None and not self._is_closed and self._clock() - self._start >= QUIET_FOR:
                self._live = _live_line(self._talk, self._told(self._pace))
                self._live[0].start()

    def _told(self, pace: Pace) -> dict[str, Any]:
        left = self._remaining.told(self._clock(), pace.done, pace.total, pace.work)
        return {
            "completed": pace.done, "total": pace.total, "said": pace.said, "left": left, "current": pace.current,
        }  # fmt: skip

    def _make_room(self) -> None:
        if self._live is not None and "\n" in self._held and self._clock() - self._last >= REDRAW_EVERY:
            self._last = self._clock()
            self._live[0].stop()
            self._pass_lines_on()
            self._live[0].start()

    def _pass_lines_on(self) -> None:
        lines, end, self._held = self._held.rpartition("\n")
        self._outlet.put(lines + end)


def _live_line(talk: TextIO, told: dict[str, Any]) -> "tuple[Progress, TaskID]":
    """Return a progress line that is gone when it is stopped. Foreign text is never read as markup."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    rest = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    progress = Progress(
        TextColumn("{task.fields[said]}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=16),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}", markup=False, table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[current]}", markup=False, table_column=rest),
        console=Console(file=talk, highlight=False, markup=False, emoji=False),
        transient=True,
        expand=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    return progress, progress.add_task("", **told)

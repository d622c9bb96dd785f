"""The stream that sinks read: the events of a verification or of a mutation test, ended by exactly one conclusion.

Invariant: whatever happens on the way, a sink sees a conclusion last, so it can close its document; and a stream that
ended without one is told as stopped, never as finished.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, Protocol, TypeVar

from quizkit.errors import ContentError, ExitCode, Problem, QuizkitError, SandboxError, Terminated
from quizkit.model.event import (
    DriftFound,
    ItemJudged,
    MutantJudged,
    MutationEvent,
    MutationFinished,
    ProbeFinished,
    VerificationFinished,
    VerificationStarted,
    VerifyEvent,
    mutant_counts,
)
from quizkit.model.text import one_line, printable
from quizkit.model.verdict import Status, Verdict

KINDS: Final = ("item", "fact", "solution")
"""What gets a verdict, in the order in which counts tell it."""

Clock = Callable[[], float]
"""Tells seconds since some moment."""

Event = TypeVar("Event")
Event_contra = TypeVar("Event_contra", contravariant=True)
End = TypeVar("End", bound=VerificationFinished | MutationFinished)
End_co = TypeVar("End_co", bound=VerificationFinished | MutationFinished, covariant=True)


@dataclass(frozen=True)
class Stopped(Generic[End]):
    """What was told ended before its conclusion."""

    error: KeyboardInterrupt | QuizkitError
    """What ended it."""
    so_far: End
    """What was known by then, in the shape of a conclusion."""

    @property
    def reason(self) -> str:
        """Why, in the middle of a sentence."""
        match self.error:
            case KeyboardInterrupt():
                return "interrupted"
            case ContentError() as error:
                return f"the bank cannot be read: {error.extent()}"
            case error:
                return one_line(str(error)).rstrip(".")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that kept the bank from being read."""
        found = self.error.problems if isinstance(self.error, ContentError) else ()
        return tuple(
            replace(each, file=printable(each.file), what=printable(each.what), remedy=printable(each.remedy))
            for each in found
        )


Conclusion = VerificationFinished | Stopped[VerificationFinished]
Told = VerifyEvent | Stopped[VerificationFinished]
"""What the sinks of a verification read."""

MutationTold = MutationEvent | Stopped[MutationFinished]
"""What the sinks of a mutation test read."""


def kind_of(verdict: Verdict) -> str:
    """Return what a verdict is on, one of `KINDS`: a fact's name is `fact:ID`, a solution's `solution:NAME`."""
    prefix, _, name = verdict.item.partition(":")
    return prefix if name and prefix in KINDS else "item"


def is_end(told: object) -> bool:
    """Say whether nothing follows."""
    return isinstance(told, VerificationFinished | MutationFinished | Stopped)


class Counting(Protocol[Event_contra, End_co]):
    """Counts what goes by, so that it can be told at any moment."""

    def count(self, event: Event_contra, /) -> None:
        """Take one event into account."""

    def so_far(self, exit_code: ExitCode, seconds: float) -> End_co:
        """Return what is known by now in the shape of a conclusion."""


@dataclass
class Tally:
    """Counts the events of a verification."""

    items: int = 0
    """Items, facts and solutions that will be judged."""
    proved: int = 0
    """Proved ones."""
    refuted: int = 0
    """Refuted ones."""
    undecided: int = 0
    """Undecided for another reason than the environment."""
    needs_environment: int = 0
    """Undecided because something is not here."""
    exempt: int = 0
    """Exempt items."""
    kinds: Counter[str] = field(default_factory=Counter)
    """How many of all these are items, facts and solutions."""
    drift: int = 0
    """Probes whose evidence differs from the lock."""
    probes: int = 0
    """Probes that have their evidence."""
    cached: int = 0
    """Probes whose evidence came from the cache."""
    latest: str = ""
    """What was judged last."""

    @property
    def judged(self) -> int:
        """How many have a verdict."""
        return self.proved + self.refuted + self.undecided + self.needs_environment + self.exempt

    def count(self, event: Told, /) -> None:
        """Take one event into account."""
        match event:
            case VerificationStarted(items=items):
                self.items = items
            case ProbeFinished(finished=finished, is_cached=is_cached):
                self.probes = finished
                self.cached += is_cached
            case ItemJudged(verdict=verdict):
                self._judge(verdict)
            case DriftFound():
                self.drift += 1
            case _:
                pass

    def _judge(self, verdict: Verdict) -> None:
        self.latest = verdict.item
        self.kinds[kind_of(verdict)] += 1
        match verdict.status:
            case Status.PROVED:
                self.proved += 1
            case Status.REFUTED:
                self.refuted += 1
            case Status.UNDECIDED if verdict.needs_environment:
                self.needs_environment += 1
            case Status.UNDECIDED:
                self.undecided += 1
            case Status.EXEMPT:
                self.exempt += 1

    def so_far(self, exit_code: ExitCode, seconds: float) -> VerificationFinished:
        """Return what is known by now in the shape of a conclusion."""
        return VerificationFinished(
            proved=self.proved,
            refuted=self.refuted,
            undecided=self.undecided,
            needs_environment=self.needs_environment,
            exempt=self.exempt,
            drift=self.drift,
            probes=self.probes,
            cached=self.cached,
            seconds=seconds,
            exit_code=exit_code,
        )


@dataclass
class MutantTally:
    """Counts the events of a mutation test."""

    judged: list[MutantJudged] = field(default_factory=list)
    """Every mutant that was judged."""
    survived: int = 0
    """How many of them survived."""
    probes: int = 0
    """Probes that have their evidence."""

    def count(self, event: MutationTold, /) -> None:
        """Take one event into account."""
        match event:
            case ProbeFinished(finished=finished):
                self.probes = finished
            case MutantJudged():
                self.judged.append(event)
                self.survived += event.fate == "survived"
            case _:
                pass

    def so_far(self, exit_code: ExitCode, seconds: float) -> MutationFinished:
        """Return what is known by now in the shape of a conclusion."""
        return MutationFinished(counts=mutant_counts(self.judged), seconds=seconds, exit_code=exit_code)


def concluded(
    events: Iterable[Event],
    tally: Counting[Event, End],
    interruptions: Sequence[KeyboardInterrupt] = (),
    clock: Clock = time.monotonic,
) -> Iterator[Event | Stopped[End]]:
    """Yield the events up to their conclusion, or to a `Stopped` that says what ended them; `tally` counts them.

    An entry in `interruptions` counts as a Ctrl-C between two events.
    """
    start = clock()
    stop: KeyboardInterrupt | QuizkitError = SandboxError("the verification ended without a conclusion")
    try:
        for event in events:
            tally.count(event)
            yield event
            if is_end(event):
                return
            if interruptions:
                stop = interruptions[0]
                break
    except (KeyboardInterrupt, QuizkitError) as error:
        stop = error
    exit_code = stop.exit_code if isinstance(stop, QuizkitError | Terminated) else ExitCode.INTERRUPTED
    yield Stopped(stop, tally.so_far(exit_code, clock() - start))

"""The stream that sinks read: the events of a verification, ended by exactly one conclusion.

Invariant: whatever happens to the verification, a sink sees a conclusion last, so it can close its document; and a
stream that ended without one is told as stopped, never as finished.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from quizkit.errors import ExitCode, QuizkitError, SandboxError
from quizkit.model.event import DriftFound, ItemJudged, ProbeFinished, VerificationFinished, VerifyEvent
from quizkit.model.verdict import Status, Verdict

FACT_PREFIX = "fact:"
"""What the id of a fact starts with, where an item's stands."""


@dataclass(frozen=True)
class VerificationStopped:
    """The verification ended before its conclusion."""

    error: KeyboardInterrupt | QuizkitError
    """What ended it."""
    so_far: VerificationFinished
    """What was known by then, in the shape of a conclusion."""

    @property
    def reason(self) -> str:
        """Say why, in the middle of a sentence."""
        return "interrupted" if isinstance(self.error, KeyboardInterrupt) else str(self.error)


Conclusion = VerificationFinished | VerificationStopped
Told = VerifyEvent | VerificationStopped


@dataclass
class Tally:
    """Counts what went by."""

    proved: int = 0
    """Proved items and facts."""
    refuted: int = 0
    """Refuted items and facts."""
    undecided: int = 0
    """Undecided for another reason than the environment."""
    needs_environment: int = 0
    """Undecided because something is not here."""
    exempt: int = 0
    """Exempt items."""
    facts: int = 0
    """How many of all these are facts."""
    drift: int = 0
    """Probes whose evidence differs from the lock."""
    probes: int = 0
    """Probes that have their evidence."""
    cached: int = 0
    """How many of them came from the cache."""

    @property
    def judged(self) -> int:
        """Return how many items and facts have a verdict."""
        return self.proved + self.refuted + self.undecided + self.needs_environment + self.exempt

    def count(self, event: Told) -> None:
        """Take one event into account."""
        match event:
            case ItemJudged(verdict=verdict):
                self._judge(verdict)
            case DriftFound():
                self.drift += 1
            case ProbeFinished(finished=finished, is_cached=is_cached):
                self.probes = finished
                self.cached += is_cached
            case _:
                pass

    def _judge(self, verdict: Verdict) -> None:
        self.facts += verdict.item.startswith(FACT_PREFIX)
        self.needs_environment += verdict.needs_environment
        self.undecided += verdict.status is Status.UNDECIDED and not verdict.needs_environment
        self.proved += verdict.status is Status.PROVED
        self.refuted += verdict.status is Status.REFUTED
        self.exempt += verdict.status is Status.EXEMPT


def concluded(events: Iterable[VerifyEvent]) -> Iterator[Told]:
    """Yield the events up to their conclusion, or to a `VerificationStopped` that says what ended them."""
    start = time.monotonic()
    tally = Tally()
    try:
        for event in events:
            tally.count(event)
            yield event
            if isinstance(event, VerificationFinished):
                return
        stop: KeyboardInterrupt | QuizkitError = SandboxError("the verification ended without a conclusion")
    except (KeyboardInterrupt, QuizkitError) as error:
        stop = error
    yield VerificationStopped(stop, _so_far(tally, stop, time.monotonic() - start))


def _so_far(tally: Tally, stop: KeyboardInterrupt | QuizkitError, seconds: float) -> VerificationFinished:
    return VerificationFinished(
        proved=tally.proved,
        refuted=tally.refuted,
        undecided=tally.undecided,
        needs_environment=tally.needs_environment,
        exempt=tally.exempt,
        drift=tally.drift,
        probes=tally.probes,
        cached=tally.cached,
        seconds=seconds,
        exit_code=stop.exit_code if isinstance(stop, QuizkitError) else ExitCode.INTERRUPTED,
    )

"""A session under way: what a face holds. Each step is decided by `session`, kept by `history`, and then shown.

Invariant: `session` never shows a step that is not kept. A step that is not allowed, or cannot be kept, changes
nothing and raises; both errors have messages for the learner.
"""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Self

from quizkit.model.mode import Mode
from quizkit.model.served import Entry, Offer
from quizkit.model.session import Resumed, SessionStarted
from quizkit.practice import session as steps
from quizkit.practice.history import History, KeptSession
from quizkit.practice.schedule import due_at, schedule
from quizkit.practice.selection import drawn, retried
from quizkit.practice.state import Session

Clock = Callable[[], float]
"""Returns seconds since 1970-01-01 UTC: `time.time`."""


class Study:
    """One session with its history. Every method raises NotAllowedError or HistoryError, or has changed `session`."""

    def __init__(self, session: Session, known: int, history: History, clock: Clock) -> None:
        self.session = session
        """As it is now; replaced, never changed."""
        self._history, self._clock, self._known = history, clock, known

    @classmethod
    def begun(cls, started: SessionStarted, entries: Mapping[str, Entry], history: History, clock: Clock) -> Self:
        """Begin a session; `selection` makes `started`."""
        session = steps.start(started, entries)
        history.begin(session)
        return cls(session, 0, history, clock)

    @classmethod
    def resumed(cls, kept: KeptSession, entries: Mapping[str, Entry], history: History, clock: Clock) -> Self:
        """Go on with a session that was left. If none of what was open in it is there any more, it is finished."""
        study = cls(steps.start(kept.started, entries), len(kept.events), history, clock)
        study._take(steps.resume(kept.started, kept.events, entries, clock()))
        return study

    @classmethod
    def opened(
        cls, offer: Offer, mode: Mode, history: History, clock: Clock, rng: Random, *, is_new: bool = False
    ) -> Self:
        """Go on with the session of this mode that was left; where there is none, or if `is_new`, begin one.

        Raises NothingToAskError, HistoryError.
        """
        kept = None if is_new else history.latest(offer.pattern, mode)
        if kept is not None and not kept.is_finished:
            study = cls.resumed(kept, offer.entries, history, clock)
            if not study.session.is_finished:
                return study
        started = drawn(offer, mode, history.attempts(offer.pattern), number=_new_number(rng), now=clock(), rng=rng)
        return cls.begun(started, offer.entries, history, clock)

    def again(self, rng: Random) -> "Study":
        """Begin a session over what was not right in this one. Raises NothingToAskError, HistoryError."""
        started = retried(self.session, number=_new_number(rng), now=self._clock(), rng=rng)
        entries = {turn.entry.id: turn.entry for turn in self.session.turns}
        return Study.begun(started, entries, self._history, self._clock)

    @staticmethod
    def left(kept: KeptSession | None, entries: Mapping[str, Entry]) -> Session | None:
        """Return a session that was left, as it stands; None if nothing of it is left to be asked."""
        if kept is None or kept.is_finished:
            return None
        session = steps.replayed(kept.started, kept.events, entries)
        return None if session.is_finished else session

    @property
    def is_resumed(self) -> bool:
        """Whether it goes on with what was left before."""
        return any(isinstance(event, Resumed) for event in self.session.events)

    def returns(self) -> Mapping[str, float]:
        """Return in how many seconds each thing that was asked here, and ever answered, is due again.

        Raises HistoryError.
        """
        digests = {turn.entry.item: turn.entry.digest for turn in self.session.turns}
        plan = schedule(self._history.attempts(self.session.started.pattern), digests)
        return {name: due_at(card) - self._clock() for name, card in plan.items()}

    def respond(self, chosen: Iterable[str]) -> None:
        """Choose options of the current entry, by id."""
        self._take(steps.respond(self.session, chosen, self._clock()))

    def hint(self) -> None:
        """Open the next hint."""
        self._take(steps.hint(self.session, self._clock()))

    def skip(self) -> None:
        """Put the current entry off; the second time, give it up."""
        self._take(steps.skip(self.session, self._clock()))

    def flag(self, entry: str) -> None:
        """Mark an entry of the session, or take its mark off."""
        self._take(steps.flag(self.session, entry, self._clock()))

    def advance(self) -> None:
        """Go on from a settled entry."""
        self._take(steps.advance(self.session, self._clock()))

    def leave(self) -> None:
        """Commit the time used, so that it is not given again to whoever comes back."""
        self._take(steps.leave(self.session, self._clock()))

    def expire(self) -> None:
        """Settle the current entry if its time has run out; call it when a timer says so."""
        self._take(steps.expire(self.session, self._clock()))

    def _take(self, session: Session) -> None:
        if len(session.events) > self._known or session.is_finished:
            self._history.keep(session, self._known)
            self._known = len(session.events)
        self.session = session


def _new_number(rng: Random) -> str:
    return f"{rng.getrandbits(128):032x}"

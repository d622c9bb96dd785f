"""What the screens ask for, from the rooms that know: the bank, its proofs, sessions, history, live runs. No Textual.

Invariant: nothing is read twice that cannot have changed, and nothing slow is done where a screen would wait for it:
methods marked slow are called beside the screen, the others answer at once.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock as Mutex

from quizkit.model.bank import Bank, LoadedPattern
from quizkit.model.evidence import Evidence
from quizkit.model.exhibit import Exhibition
from quizkit.model.mode import SESSION_MODES, Mode
from quizkit.model.probe import Probe
from quizkit.model.served import Offer, ServedItem
from quizkit.practice.history import History, KeptSession, history_file
from quizkit.practice.overview import Overview, overview
from quizkit.practice.selection import drawn, retried
from quizkit.practice.study import Study
from quizkit.proof.live import Live, Rerun
from quizkit.proof.serve import exhibition, offer, option_probe, pattern_named
from quizkit.tui.minutes import minutes
from quizkit.tui.sheet import Sheet


@dataclass(frozen=True)
class Standing:
    """One pattern on the home screen."""

    title: str
    """Its name."""
    overview: Overview
    """Where the learner stands in it."""
    left: Mapping[Mode, str]
    """Sessions that can be resumed, each with how far it is."""
    minutes: Mapping[Mode, int]
    """About how long each mode takes."""


class Desk:
    """Everything behind the screens, for one bank."""

    def __init__(self, load: Callable[[], Bank], clock: Callable[[], float] = time.time) -> None:
        self._load, self.clock = load, clock
        self.live = Live()
        self._offers: dict[str, Offer] = {}
        self._reading = Mutex()

    @cached_property
    def history(self) -> History:
        """The learner's history, for the thread of the screens alone."""
        return History(history_file())

    @cached_property
    def bank(self) -> Bank:
        """The bank. Slow the first time; raises ContentError."""
        return self._load()

    def pattern(self, name: str) -> LoadedPattern:
        """Return a pattern. Slow the first time."""
        return pattern_named(self.bank, name)

    def offer(self, pattern: str) -> Offer:
        """Return what of a pattern may be asked. Slow the first time."""
        with self._reading:
            if pattern not in self._offers:
                self._offers[pattern] = offer(self.pattern(pattern))
            return self._offers[pattern]

    def standings(self) -> tuple[Standing, ...]:
        """Return where the learner stands in every pattern. Slow; raises ContentError, HistoryError."""
        with History(history_file()) as history:
            return tuple(self._standing(pattern, history) for pattern in self.bank.patterns)

    def _standing(self, loaded: LoadedPattern, history: History) -> Standing:
        name = loaded.pattern.id
        offered, attempts = self.offer(name), history.attempts(name)
        kept = {mode: history.latest(name, mode) for mode in SESSION_MODES}
        found = overview(offered, attempts, history.latest(name), self.clock())
        return Standing(
            title=loaded.pattern.title,
            overview=found,
            left={mode: _how_far(each) for mode, each in kept.items() if each is not None and not each.is_finished},
            minutes=minutes(loaded, offered, attempts, found.due),
        )

    def study(self, pattern: str, mode: Mode) -> Study:
        """Go on with the session that was left, or begin one. Raises NothingToAskError, HistoryError."""
        kept = self.history.latest(pattern, mode)
        entries = self.offer(pattern).entries
        if kept is not None and not kept.is_finished:
            study = Study.resumed(kept, entries, self.history, self.clock)
            if not study.session.is_finished:
                return study
        attempts = self.history.attempts(pattern)
        started = drawn(
            self.offer(pattern), mode, attempts, number=uuid.uuid4().hex, now=self.clock(), rng=self.chance()
        )
        return Study.begun(started, entries, self.history, self.clock)

    def retried(self, study: Study) -> Study:
        """Begin a session over what was not right in another. Raises HistoryError."""
        started = retried(study.session, number=uuid.uuid4().hex, now=self.clock(), rng=self.chance())
        return Study.begun(started, self.offer(started.pattern).entries, self.history, self.clock)

    def exhibition(self, item: str) -> Exhibition:
        """Return the proof of an item. Slow."""
        return exhibition(self.bank, item)[1]

    def sheet(self, item: ServedItem, option: str) -> Sheet:
        """Return the program of an option, with what is recorded of it. Slow."""
        return Sheet(*option_probe(self.pattern(item.pattern), item.id, option))

    async def run(self, probe: Probe) -> Evidence:
        """Run a program in the sandbox. Raises SandboxError, or StoppedError."""
        return await asyncio.wrap_future(self.live.run(probe))

    async def rerun(self, item: str, tell: Callable[[Rerun], None]) -> int:
        """Run an item's proof again; return how many probes differ from the lock. Raises as `run`."""
        return await asyncio.wrap_future(self.live.rerun(self.bank, item, tell))

    def warm_up(self) -> None:
        """Start the sandbox, so that the first run does not wait for it."""
        self.live.run(Probe())

    def chance(self) -> random.Random:
        """Return a source of chance for a new session."""
        return random.Random()  # noqa: S311 (an order of questions)

    def close(self) -> None:
        """Leave nothing running and nothing open."""
        self.live.close()
        if "history" in self.__dict__:
            self.history.close()


def _how_far(kept: KeptSession) -> str:
    done = len({event.entry for event in kept.events if event.event == "advanced"})
    return f"{done} of {len(kept.started.slots)} done"

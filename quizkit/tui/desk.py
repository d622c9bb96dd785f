"""What the screens ask for, from the rooms that know: the bank, its proofs, sessions, history, live runs. No Textual.

Invariant: nothing is read twice that cannot have changed, and nothing slow is done where a screen would wait for it:
methods marked slow are called beside the screen, the others answer at once.
"""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock as Mutex

from quizkit.bank.naming import pattern_named
from quizkit.bank.prose import interpolated
from quizkit.lab.recorded import shown_record
from quizkit.lab.records import last_run
from quizkit.model.bank import Bank, LoadedPattern
from quizkit.model.evidence import Evidence
from quizkit.model.exhibit import Exhibition
from quizkit.model.lesson import Section
from quizkit.model.mode import SESSION_MODES, Mode
from quizkit.model.probe import Probe
from quizkit.model.record import RunRecord
from quizkit.model.served import Offer, ServedItem
from quizkit.practice.history import History, history_file
from quizkit.practice.overview import Overview, overview
from quizkit.practice.reviews import reviews_said
from quizkit.practice.study import Study
from quizkit.proof.figures import figures
from quizkit.proof.live import Live, Rerun
from quizkit.proof.serve import exhibition, offer, option_probe
from quizkit.tui.minutes import minutes
from quizkit.tui.sheet import Sheet
from quizkit.tui.training import Task, Tell, Training, task


@dataclass(frozen=True)
class Standing:
    """One pattern on the home screen."""

    title: str
    """Its name."""
    overview: Overview
    """Where the learner stands in it."""
    left: Mapping[Mode, str]
    """Sessions that can be resumed, each with how far it is; the one left last comes first."""
    minutes: Mapping[Mode, int]
    """About how long each mode takes."""
    reviews: str
    """What is due, or when something will be."""
    withheld: int = 0
    """How many items are not asked because nothing recorded proves them."""


class Desk:
    """Everything behind the screens, for one bank."""

    def __init__(self, load: Callable[[], Bank], clock: Callable[[], float] = time.time) -> None:
        self._load, self.clock = load, clock
        self.live = Live()
        self._chance = random.Random()  # noqa: S311 (the order of questions is no secret)
        self.notes: list[str] = []
        """What the learner should be told once: that a history was set aside, or that nothing can be kept."""
        self.drafts: dict[tuple[str, str], str] = {}
        """What was changed in the playground and not taken back, by item and option."""
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
            self.notes += history.notes
            return tuple(self._standing(pattern, history) for pattern in self.bank.patterns)

    def _standing(self, loaded: LoadedPattern, history: History) -> Standing:
        name = loaded.pattern.id
        offered, attempts = self.offer(name), history.attempts(name)
        kept = [each for mode in SESSION_MODES if (each := history.latest(name, mode))]
        kept.sort(key=lambda each: each.last_at, reverse=True)
        left = [session for each in kept if (session := Study.left(each, offered.entries))]
        found = overview(offered, loaded.unasked_modes, attempts, history.latest(name), self.clock())
        return Standing(
            title=loaded.pattern.title,
            overview=found,
            left={each.started.mode: f"{each.settled} of {len(each.turns)} done" for each in left},
            minutes=minutes(loaded, offered, attempts, found.due + found.new_cards),
            reviews=reviews_said(found, self.clock()),
            withheld=len(offered.withheld),
        )

    def study(self, pattern: str, mode: Mode, *, is_new: bool = False) -> Study:
        """Go on with the session that was left, or begin one. Raises NothingToAskError, HistoryError."""
        return Study.opened(self.offer(pattern), mode, self.history, self.clock, self._chance, is_new=is_new)

    def retried(self, study: Study) -> Study:
        """Begin a session over what was not right in another. Raises HistoryError."""
        return study.again(self._chance)

    def section(self, pattern: str, mode: Mode) -> Section | None:
        """Return what the lesson says in a mode, its figures put in; None if it says nothing. Slow."""
        loaded = self.pattern(pattern)
        if loaded.lesson is None:
            return None
        return interpolated(loaded.lesson, figures(loaded)).section(mode)

    def record(self, pattern: str) -> RunRecord | None:
        """Return the learner's last finished run of a pattern's experiment, or the one that came with it. Slow."""
        return shown_record(self.pattern(pattern))

    def exhibition(self, item: str) -> Exhibition:
        """Return the proof of an item. Slow."""
        return exhibition(self.bank, item)[1]

    def sheet(self, item: ServedItem, option: str) -> Sheet:
        """Return the program of an option, with what is recorded of it. Slow."""
        return Sheet(*option_probe(self.pattern(item.pattern), item.id, option))

    async def run(self, probe: Probe) -> Evidence:
        """Run a program of the bank in the sandbox. Raises UsageError if none may run, SandboxError, StoppedError."""
        return await asyncio.wrap_future(self.live.run(self.bank, probe))

    async def rerun(self, item: str, tell: Callable[[Rerun], None]) -> int:
        """Run an item's proof again; return how many probes differ from the lock. Raises as `run`."""
        return await asyncio.wrap_future(self.live.rerun(self.bank, item, tell))

    def task(self, pattern: str) -> Task:
        """Return the experiment of a pattern. Slow; raises UsageError if there is none."""
        return task(self.bank, self.pattern(pattern).pattern.id)

    def last_run(self, pattern: str) -> RunRecord | None:
        """Return the learner's own last run of a pattern's experiment that came to an end. Slow."""
        return last_run(pattern)

    async def train(self, training: Training, wanted: Task, program: str | Path, tell: Tell) -> RunRecord | None:
        """Run a solution by its name, or a file; return the record, or None if it was stopped."""
        return await asyncio.wrap_future(training.run(wanted, program, tell))

    def warm_up(self) -> None:
        """Start the sandbox, so that the first run does not wait for it."""
        self.live.warm_up()

    def close(self) -> None:
        """Leave nothing running and nothing open."""
        self.live.close()
        if "history" in self.__dict__:
            self.history.close()

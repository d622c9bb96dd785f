"""A session at one moment: its turns, what became of each, what may still be done. Nouns; `session` makes them.

Invariant: everything said here follows from the fields, and nothing changes them.
"""

from dataclasses import dataclass
from enum import StrEnum

from quizkit.model.served import Entry
from quizkit.model.session import Attempt, SessionEvent, SessionStarted
from quizkit.practice.rules import RULES, Rules


class State(StrEnum):
    """What became of a turn."""

    OPEN = "open"
    """A response is wanted."""
    RIGHT = "right"
    """Exactly the key was chosen."""
    WRONG = "wrong"
    """Every attempt was used up, or the time ran out."""
    GIVEN_UP = "given-up"
    """Skipped twice."""


@dataclass(frozen=True)
class Turn:
    """One entry of a session and what has happened to it."""

    entry: Entry
    """What is asked."""
    options: tuple[str, ...]
    """Ids of its options in the order they are shown."""
    hint_limit: int | None = None
    """How many of its hints may be opened; None for all."""
    hints: int = 0
    """How many hints are open."""
    attempts: tuple[Attempt, ...] = ()
    """Every response to it."""
    skips: int = 0
    """How often it was skipped."""
    is_flagged: bool = False
    """Whether the learner marked it."""
    seconds: float = 0.0
    """How long it was looked at until the last event, in seconds."""
    state: State = State.OPEN
    """What became of it."""

    @property
    def is_settled(self) -> bool:
        """Whether it needs no more response."""
        return self.state is not State.OPEN

    @property
    def answers(self) -> tuple[Attempt, ...]:
        """Every response in which something was chosen: all but that of a clock that ran out."""
        return tuple(each for each in self.attempts if each.chosen)

    @property
    def chosen(self) -> tuple[str, ...]:
        """What was chosen last; empty if nothing ever was."""
        return self.answers[-1].chosen if self.answers else ()

    @property
    def is_late(self) -> bool:
        """Whether its time ran out."""
        return bool(self.attempts) and self.attempts[-1].is_late

    @property
    def has_key_too_late(self) -> bool:
        """Whether exactly the key was chosen, but after the time."""
        return self.is_late and set(self.chosen) == set(self.entry.key)

    @property
    def hints_allowed(self) -> int:
        """How many hints may be had, all told."""
        every = len(self.entry.hints)
        return every if self.hint_limit is None else min(self.hint_limit, every)

    @property
    def open_hints(self) -> tuple[str, ...]:
        """The hints that may be read."""
        return self.entry.hints[: self.hints]


@dataclass(frozen=True)
class Session:
    """A session at one moment."""

    started: SessionStarted
    """How it began."""
    turns: tuple[Turn, ...]
    """Every entry, in the order first asked."""
    current: int | None
    """Index of the turn that is shown; None when the session is finished."""
    since: float
    """When the current turn was last shown, responded to or resumed: its time runs from then."""
    is_left: bool = False
    """Whether nobody is looking, so that no time runs."""
    events: tuple[SessionEvent, ...] = ()
    """Everything that has happened, in order."""

    @property
    def rules(self) -> Rules:
        """What the mode allows."""
        return RULES[self.started.mode]

    @property
    def turn(self) -> Turn | None:
        """The turn that is shown; None when the session is finished."""
        return None if self.current is None else self.turns[self.current]

    @property
    def is_finished(self) -> bool:
        """Whether the learner has gone on from the last entry."""
        return self.current is None

    @property
    def settled(self) -> int:
        """How many entries need no more response."""
        return sum(turn.is_settled for turn in self.turns)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every attempt, in the order given."""
        return tuple(sorted((each for turn in self.turns for each in turn.attempts), key=lambda each: each.at))

    @property
    def hints_left(self) -> int:
        """How many more hints the current turn allows."""
        if (turn := self.turn) is None or turn.is_settled:
            return 0
        return max(0, turn.hints_allowed - turn.hints)

    @property
    def attempts_left(self) -> int:
        """How many more responses the current turn allows."""
        turn = self.turn
        return 0 if turn is None or turn.is_settled else self.rules.attempts - len(turn.attempts)

    @property
    def deadline(self) -> float | None:
        """When the time of the current turn runs out; None if it never does."""
        if (turn := self.turn) is None or turn.is_settled or self.rules.seconds is None:
            return None
        return self.since + self.rules.seconds - turn.seconds

    def is_explained(self, turn: Turn) -> bool:
        """Say whether the learner may see right, wrong and why of this turn."""
        return turn.is_settled and (self.is_finished or not self.rules.is_feedback_at_end)

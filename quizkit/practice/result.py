"""What came of a session. Pure.

Invariant: everything is counted from the session's turns; an entry that was given up or never reached is not right.
"""

from collections.abc import Callable, Iterable
from typing import Final

from quizkit.model.base import Noun
from quizkit.model.item import Difficulty
from quizkit.model.mode import Mode
from quizkit.model.strength import Strength
from quizkit.practice.state import Session, State, Turn
from quizkit.practice.strength import DIFFICULTIES, strength

BADGES: Final = {5: "gold", 4: "silver", 3: "bronze"}
"""Of a challenge: how many problems must be right. Gold also takes no hint and no second attempt."""


class Share(Noun):
    """How many of a group of entries were right."""

    name: str
    """A concept, or a difficulty."""
    right: int
    """How many were right."""
    total: int
    """How many there were."""


class Result(Noun):
    """What came of a session."""

    mode: Mode
    """Its mode."""
    right: int
    """Entries answered right."""
    total: int
    """All its entries."""
    seconds: float
    """Time spent on them."""
    hints: int
    """Hints opened."""
    difficulties: tuple[Share, ...]
    """By difficulty, from easy to hard; only those that occurred."""
    concepts: tuple[Share, ...]
    """By concept, the weakest first."""
    strength: Strength | None = None
    """For a test, but not for a retry: the strength that this session alone shows."""
    badge: str = ""
    """For a challenge, but not for a retry: gold, silver, bronze, or none."""
    missed_badge: str = ""
    """What would have earned the next better badge; empty where there is none to earn."""
    wrong: tuple[str, ...] = ()
    """Ids of the entries that were not right, to be asked again."""
    flagged: tuple[str, ...] = ()
    """Ids of the entries that the learner marked."""


def result(session: Session) -> Result:
    """Return what came of a session, also of one that is not finished."""
    turns = session.turns
    by_difficulty = {share.name: share for share in _shares(turns, _difficulty)}
    concepts = sorted(_shares(turns, lambda turn: turn.entry.concepts), key=lambda share: share.right / share.total)
    right = sum(_is_right(turn) for turn in turns)
    earning = None if session.started.is_retry else session.started.mode  # Answers just shown earn nothing.
    return Result(
        mode=session.started.mode,
        right=right,
        total=len(turns),
        seconds=sum(turn.seconds for turn in turns),
        hints=sum(turn.hints for turn in turns),
        difficulties=tuple(by_difficulty[each.value] for each in Difficulty if each.value in by_difficulty),
        concepts=tuple(concepts),
        strength=_strength(turns) if earning is Mode.TEST else None,
        badge=_badge(turns, right) if earning is Mode.CHALLENGE else "",
        missed_badge=_missed(turns, right) if earning is Mode.CHALLENGE else "",
        wrong=tuple(turn.entry.id for turn in turns if not _is_right(turn)),
        flagged=tuple(turn.entry.id for turn in turns if turn.is_flagged),
    )


def _is_right(turn: Turn) -> bool:
    return turn.state is State.RIGHT


def _difficulty(turn: Turn) -> tuple[str, ...]:
    return () if turn.entry.difficulty is None else (turn.entry.difficulty.value,)


def _shares(turns: Iterable[Turn], groups: Callable[[Turn], tuple[str, ...]]) -> list[Share]:
    found: dict[str, list[bool]] = {}
    for turn in turns:
        for group in groups(turn):
            found.setdefault(group, []).append(_is_right(turn))
    return [Share(name=name, right=sum(each), total=len(each)) for name, each in found.items()]


def _strength(turns: Iterable[Turn]) -> Strength | None:
    return strength(
        (DIFFICULTIES[turn.entry.difficulty], _is_right(turn))
        for turn in turns
        if turn.entry.difficulty is not None and turn.is_settled
    )


def _missed(turns: tuple[Turn, ...], right: int) -> str:
    if right == max(BADGES):
        return "" if _is_clean(turns) else "gold takes no hint and no second attempt"
    number = min((each for each in BADGES if right < each <= len(turns)), default=None)
    return "" if number is None else f"{BADGES[number]} takes {number} right"


def _is_clean(turns: tuple[Turn, ...]) -> bool:
    return all(len(turn.attempts) == 1 and not turn.hints for turn in turns)


def _badge(turns: tuple[Turn, ...], right: int) -> str:
    badge = BADGES.get(right, "")
    return "silver" if badge == "gold" and not _is_clean(turns) else badge

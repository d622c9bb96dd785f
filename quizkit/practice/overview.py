"""Where a learner stands in a pattern, and what to do next and why. Pure: what statistics and the home screen show.

Invariant: every number follows from the attempts that count today; nothing is stored.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from quizkit.model.base import Noun
from quizkit.model.mode import Mode
from quizkit.model.served import Entry, Offer
from quizkit.model.session import Attempt
from quizkit.model.strength import Strength
from quizkit.practice.history import KeptSession
from quizkit.practice.result import Share
from quizkit.practice.schedule import due_at, schedule
from quizkit.practice.state import Session
from quizkit.practice.strength import DIFFICULTIES, counted, strength
from quizkit.practice.study import Study

_WIDE: Final = 40
"""An interval wider than this, in percent, says little."""
_STRONG: Final = 75
"""Percent from which on, at the lower end of the interval, a pattern is strong."""


class Recommendation(Noun):
    """The next step that is worth most."""

    mode: Mode
    """What to do."""
    why: str
    """Why, in a sentence."""
    is_resumed: bool = False
    """Whether it goes on with the session that was left."""


class Overview(Noun):
    """Where a learner stands in a pattern."""

    pattern: str
    """Id of the pattern."""
    items: int
    """How many items can be asked."""
    met: int
    """How many of them were attempted as they are today."""
    attempts: int
    """How many attempts were made, all told."""
    strength: Strength | None
    """None before the first attempt that counts."""
    concepts: tuple[Share, ...]
    """Of the items that count, how many are right, by concept; the weakest first."""
    due: int
    """Items and cards that were met and are due for review."""
    new_cards: int
    """Flip cards that were never seen."""
    next_due_at: float | None
    """When the next review will be due, in seconds since 1970; None if nothing is scheduled."""
    last: KeptSession | None
    """The session in which something happened last."""
    recommendation: Recommendation
    """What to do next."""


def overview(offer: Offer, attempts: Sequence[Attempt], last: KeptSession | None, now: float) -> Overview:
    """Return where a learner stands. `attempts` are those at the pattern, in order; `last` its latest session."""
    entries: dict[str, Entry] = {entry.item: entry for entry in offer.entries.values()}
    digests = {name: entry.digest for name, entry in entries.items()}
    truths = {name: is_right for name, is_right in counted(attempts, digests).items() if entries[name].difficulty}
    plan = schedule(attempts, digests)
    times = sorted(map(due_at, plan.values()))
    items = {item.item for item in offer.items}
    known = strength(
        (DIFFICULTIES[difficulty], is_right)
        for name, is_right in truths.items()
        if (difficulty := entries[name].difficulty) is not None
    )
    concepts = _concepts(entries, truths)
    due = sum(at <= now for at in times)
    new_cards = sum(card.id not in plan for card in offer.cards)
    return Overview(
        pattern=offer.pattern,
        items=len(items),
        met=len(items & plan.keys()),
        attempts=len(attempts),
        strength=known,
        concepts=concepts,
        due=due,
        new_cards=new_cards,
        next_due_at=next((at for at in times if at > now), None),
        last=last,
        recommendation=_recommended(known, concepts, due, new_cards, Study.left(last, offer.entries)),
    )


def _concepts(entries: Mapping[str, Entry], truths: Mapping[str, bool]) -> tuple[Share, ...]:
    found: dict[str, list[bool]] = {}
    for name, is_right in truths.items():
        for concept in entries[name].concepts:
            found.setdefault(concept, []).append(is_right)
    shares = (Share(name=name, right=sum(each), total=len(each)) for name, each in found.items())
    return tuple(sorted(shares, key=lambda share: (share.right / share.total, -share.total, share.name)))


def _recommended(
    known: Strength | None, concepts: Sequence[Share], due: int, new_cards: int, left: Session | None
) -> Recommendation:
    """Return the next step: what was begun, is due, not known yet, never seen, weak; last what is left to win."""
    if left is not None:
        mode = left.started.mode
        return Recommendation(mode=mode, why=f"You left a {mode.value} session before its end.", is_resumed=True)
    if due:
        things = "one thing is" if due == 1 else f"{due} things are"
        return Recommendation(mode=Mode.REVIEW, why=f"{things.capitalize()} due; a review now keeps what you know.")
    if known is None:
        why = "This is new to you. If you know it already, take the test: it says how much."
        return Recommendation(mode=Mode.LEARN, why=why)
    low, high = known.interval
    if high - low > _WIDE:
        why = f"Your strength is somewhere between {low} and {high} %; ten items narrow that down."
        return Recommendation(mode=Mode.TEST, why=why)
    if new_cards:
        things = "one flip card is" if new_cards == 1 else f"{new_cards} flip cards are"
        return Recommendation(
            mode=Mode.REVIEW, why=f"{things.capitalize()} new to you; what you turn over, you keep."
        )
    if low >= _STRONG:
        why = f"At least {low} %: you know this. The experiment puts it to work."
        return Recommendation(mode=Mode.EXPERIMENT, why=why)
    if concepts and concepts[0].right < concepts[0].total:
        weak = concepts[0]
        why = f"Weakest so far: {weak.name}, {weak.right} of {weak.total} right."
        return Recommendation(mode=Mode.PRACTICE, why=why)
    return Recommendation(
        mode=Mode.CHALLENGE, why="Everything was right so far; see whether it is under time pressure."
    )

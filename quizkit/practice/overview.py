"""Where a learner stands in a pattern, and what to do next and why. Pure: what statistics and the home screen show.

Invariant: every number follows from the attempts that count today; nothing is stored.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from quizkit.model.base import Noun
from quizkit.model.mode import SESSION_MODES, Mode
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


def overview(
    offer: Offer, unasked: Collection[Mode], attempts: Sequence[Attempt], last: KeptSession | None, now: float
) -> Overview:
    """Return where a learner stands.

    `unasked` are the modes that ask no questions and for which the pattern has something; `attempts` those at the
    pattern, in order; `last` its latest session.
    """
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
    possible = {Mode.REVIEW, *unasked, *(SESSION_MODES if items else ())}
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
        recommendation=_resumed(Study.left(last, offer.entries))
        or next(step for step in _recommended(known, concepts, due, new_cards) if step.mode in possible),
    )


def _concepts(entries: Mapping[str, Entry], truths: Mapping[str, bool]) -> tuple[Share, ...]:
    found: dict[str, list[bool]] = {}
    for name, is_right in truths.items():
        for concept in entries[name].concepts:
            found.setdefault(concept, []).append(is_right)
    shares = (Share(name=name, right=sum(each), total=len(each)) for name, each in found.items())
    return tuple(sorted(shares, key=lambda share: (share.right / share.total, -share.total, share.name)))


def _resumed(left: Session | None) -> Recommendation | None:
    """Return that a session that was left comes first; None if there is none."""
    if left is None:
        return None
    mode = left.started.mode
    return Recommendation(mode=mode, why=f"You left a {mode.value} session before its end.", is_resumed=True)


def _recommended(
    known: Strength | None, concepts: Sequence[Share], due: int, new_cards: int
) -> Iterator[Recommendation]:
    """Yield next steps, best first: what is due, not known yet, never seen, weak; last what is left to win."""
    if due:
        things = "one thing is" if due == 1 else f"{due} things are"
        yield Recommendation(mode=Mode.REVIEW, why=f"{things.capitalize()} due; a review now keeps what you know.")
    if known is None:
        why = "This is new to you. If you know it already, take the test: it says how much."
        yield Recommendation(mode=Mode.LEARN, why=why)
        why = "This is new to you. After each answer you see what really happens."
        yield Recommendation(mode=Mode.PRACTICE, why=why)
    low, high = known.interval if known is not None else (0, 100)
    if high - low > _WIDE:
        why = f"Your strength is somewhere between {low} and {high} %; ten items narrow that down."
        yield Recommendation(mode=Mode.TEST, why=why)
    if new_cards:
        things = "one flip card is" if new_cards == 1 else f"{new_cards} flip cards are"
        yield Recommendation(mode=Mode.REVIEW, why=f"{things.capitalize()} new to you; what you turn over, you keep.")
    if low >= _STRONG:
        why = f"At least {low} %: you know this. The experiment puts it to work."
        yield Recommendation(mode=Mode.EXPERIMENT, why=why)
    if concepts and concepts[0].right < concepts[0].total:
        weak = concepts[0]
        why = f"Weakest so far: {weak.name}, {weak.right} of {weak.total} right."
        yield Recommendation(mode=Mode.PRACTICE, why=why)
    yield Recommendation(
        mode=Mode.CHALLENGE, why="Everything was right so far; see whether it is under time pressure."
    )
    yield Recommendation(mode=Mode.REVIEW, why="Nothing is due, and nothing else is left to do here.")

"""What a session asks, and in which order. Pure: chance and time are passed in.

Invariant: only what is in the offer is drawn, and of each item one instance.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from quizkit.errors import ExitCode, QuizkitError
from quizkit.model.item import Difficulty
from quizkit.model.mode import Mode
from quizkit.model.served import Entry, Offer, ServedItem
from quizkit.model.session import Attempt, SessionStarted, Slot
from quizkit.practice.rules import CHALLENGE_SIZE, PRACTICE_SIZE, REVIEW_SIZE, TEST_SIZE
from quizkit.practice.schedule import due_at, schedule
from quizkit.practice.spans import span
from quizkit.practice.state import Session, State


class NothingToAskError(QuizkitError):
    """There is nothing to ask in this mode now; the message says why and what to do."""

    exit_code = ExitCode.NOTHING


def drawn(
    offer: Offer, mode: Mode, attempts: Sequence[Attempt], *, number: str, now: float, rng: Random
) -> SessionStarted:
    """Return the beginning of a session with id `number`. `attempts` are those at the pattern so far.

    Raises NothingToAskError.
    """
    entries: Sequence[Entry]
    if mode is Mode.REVIEW:
        entries = _due(offer, attempts, now, rng)
    elif not offer.items:
        raise NothingToAskError(_nothing(offer))
    else:
        items = _one_of_each(offer.items, attempts, rng)
        match mode:
            case Mode.TEST:
                entries = stratified(items, TEST_SIZE, rng)
            case Mode.CHALLENGE:
                entries = stratified(items, CHALLENGE_SIZE, rng)
            case Mode.PRACTICE:
                entries = _most_wanted(items, attempts, rng)[:PRACTICE_SIZE]
            case _:
                raise NothingToAskError(f"{mode.value} asks nothing")
    return _started(offer.pattern, mode, entries, number, now, rng)


def retried(session: Session, *, number: str, now: float, rng: Random) -> SessionStarted:
    """Return the beginning of a session in the same mode over what was not right. Raises NothingToAskError."""
    wrong = [turn.entry for turn in session.turns if turn.state is not State.RIGHT]
    if not wrong:
        raise NothingToAskError("everything was right; there is nothing to ask again")
    begun = _started(session.started.pattern, session.started.mode, wrong, number, now, rng)
    return begun.model_copy(update={"is_retry": True})


def stratified(items: Iterable[ServedItem], size: int, rng: Random) -> list[ServedItem]:
    """Return up to `size` items from easy to hard, as many of each difficulty as can be, the middle one favoured."""
    strata = {difficulty: [item for item in items if item.difficulty is difficulty] for difficulty in Difficulty}
    for stratum in strata.values():
        rng.shuffle(stratum)
    counts = dict.fromkeys(Difficulty, 0)
    order = (Difficulty.MEDIUM, Difficulty.EASY, Difficulty.HARD)
    while sum(counts.values()) < size:
        open_strata = [each for each in order if counts[each] < len(strata[each])]
        if not open_strata:
            break
        counts[min(open_strata, key=lambda each: counts[each])] += 1
    return [item for difficulty in Difficulty for item in strata[difficulty][: counts[difficulty]]]


def _one_of_each(items: Iterable[ServedItem], attempts: Iterable[Attempt], rng: Random) -> list[ServedItem]:
    """Return one instance of each item: any of those that were asked least often."""
    asked = [attempt.instance for attempt in attempts]
    found: dict[str, list[ServedItem]] = {}
    for item in items:
        found.setdefault(item.item, []).append(item)
    chosen = []
    for instances in found.values():
        least = min(asked.count(each.id) for each in instances)
        chosen.append(rng.choice([each for each in instances if asked.count(each.id) == least]))
    return chosen


def _most_wanted(items: Sequence[ServedItem], attempts: Sequence[Attempt], rng: Random) -> list[ServedItem]:
    """Return the items in the order practice wants them: last wrong, then new, then right; each from easy to hard."""
    last = {(attempt.item, attempt.digest): attempt.is_right for attempt in attempts}
    rank: Mapping[bool | None, int] = {False: 0, None: 1, True: 2}
    difficulties = list(Difficulty)
    shuffled = rng.sample(items, len(items))
    return sorted(
        shuffled, key=lambda item: (rank[last.get((item.item, item.digest))], difficulties.index(item.difficulty))
    )


def _due(offer: Offer, attempts: Sequence[Attempt], now: float, rng: Random) -> list[Entry]:
    """Return the items met before and the cards that are due, the longest overdue first; then cards not yet met."""
    items = {item.item: item for item in _one_of_each(offer.items, attempts, rng)}
    entries: dict[str, Entry] = {**items, **{card.id: card for card in offer.cards}}
    plan = schedule(attempts, {name: entry.digest for name, entry in entries.items()})
    due = sorted((due_at(each), name) for name, each in plan.items() if due_at(each) <= now)
    new = [card.id for card in offer.cards if card.id not in plan]
    if names := [name for _, name in due] + new:
        return [entries[name] for name in names[:REVIEW_SIZE]]
    if plan:
        when = span(min(map(due_at, plan.values())) - now)
        raise NothingToAskError(f"nothing is due; the next review of {offer.pattern} is in {when}")
    raise NothingToAskError(f"nothing of {offer.pattern} was met yet, so nothing is due; begin with practice or test")


def _nothing(offer: Offer) -> str:
    if offer.withheld:
        return (
            f"no item of {offer.pattern} is proved by what is recorded here, and unproved ones are not asked;"
            " `quizkit verify` proves them"
        )
    return f"{offer.pattern} has no items"


def _started(
    pattern: str, mode: Mode, entries: Iterable[Entry], number: str, now: float, rng: Random
) -> SessionStarted:
    slots = tuple(
        Slot(
            entry=entry.id,
            digest=entry.digest,
            options=tuple(
                rng.sample(entry.option_ids, len(entry.option_ids)) if entry.is_shuffled else entry.option_ids
            ),
        )
        for entry in entries
    )
    return SessionStarted(id=number, pattern=pattern, mode=mode, at=now, slots=slots)

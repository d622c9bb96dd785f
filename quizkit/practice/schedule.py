"""When an item or a card is due again: FSRS, folded over the attempts. Pure.

Nothing of this is stored: the attempts are the record, and the schedule follows from them, so that a better scheduler
or a corrected history needs no migration. Fuzz is off, so the same attempts always give the same days.

FSRS: Ye, Su, Cao, "A Stochastic Shortest Path Algorithm for Optimizing Spaced Repetition Scheduling", KDD 2022, as
implemented by its authors' library `fsrs`.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from statistics import median
from typing import Final

from fsrs import Card, Rating, Scheduler

from quizkit.model.session import Attempt

_USUAL_SECONDS: Final = 45.0
"""What a response takes, until the learner's own are known."""
_ENOUGH: Final = 5
"""Right responses from which on the learner's own median is used."""

_SCHEDULER: Final = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
"""No steps of minutes: whoever was wrong has just read why, and the next useful question is on another day."""


def rating(attempt: Attempt, usual: float) -> Rating:
    """Return how well it went. `usual` is what a right response takes this learner, in seconds.

    Wrong: again. Right with a hint, or in more than twice the usual time: hard. In less than half of it: easy.
    """
    if not attempt.is_right:
        return Rating.Again
    if attempt.hints or attempt.seconds > 2 * usual:
        return Rating.Hard
    return Rating.Easy if attempt.seconds < usual / 2 else Rating.Good


def schedule(attempts: Iterable[Attempt], digests: Mapping[str, str]) -> dict[str, Card]:
    """Return the FSRS state of everything that was attempted, by item or card id.

    `digests` are those of today: attempts at a program that has changed since do not count. Of several attempts at an
    entry in one session the first counts, and no retry does. `attempts` come in the order they were made.
    """
    plan: dict[str, Card] = {}
    right: list[float] = []
    for attempt in attempts:
        if attempt.number > 1 or attempt.is_retry or digests.get(attempt.item) != attempt.digest:
            continue
        usual = median(right) if len(right) >= _ENOUGH else _USUAL_SECONDS
        at = datetime.fromtimestamp(attempt.at, UTC)
        # An id of its own would be made from the clock, and take a millisecond.
        card = plan.get(attempt.item) or Card(card_id=0, due=at)
        plan[attempt.item], _ = _SCHEDULER.review_card(card, rating(attempt, usual), at)
        if attempt.is_right:
            insort(right, attempt.seconds)
    return plan


def due_at(card: Card) -> float:
    """Return when a card is due, in seconds since 1970."""
    return card.due.timestamp()

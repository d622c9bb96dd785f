"""About how long each mode takes, from what there is to read and to answer. Pure.

Invariant: it is an estimate, in whole minutes from 1, and the learner's own pace counts once it is known.
"""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from quizkit.model.bank import LoadedPattern
from quizkit.model.mode import READING_MODES, Mode
from quizkit.model.served import Offer
from quizkit.model.session import Attempt
from quizkit.practice.rules import CHALLENGE_SIZE, PRACTICE_SIZE, REVIEW_SIZE, RULES, TEST_SIZE

_WORDS_A_MINUTE: Final = 180
"""Of technical prose with code, read on a screen."""
_SECONDS_AN_ITEM: Final = 60.0
_SECONDS_A_CARD: Final = 15.0
_EXPERIMENT: Final = 15
_ENOUGH: Final = 5
"""Attempts from which on the learner's own pace is used."""


def minutes(loaded: LoadedPattern, offer: Offer, attempts: Sequence[Attempt], to_review: int) -> Mapping[Mode, int]:
    """Return an estimate for every mode that there is something for."""
    own = [attempt.seconds for attempt in attempts if attempt.mode is not Mode.REVIEW]
    pace = median(own) if len(own) >= _ENOUGH else _SECONDS_AN_ITEM
    items = len({item.item for item in offer.items})
    challenge = RULES[Mode.CHALLENGE].seconds or pace
    seconds: dict[Mode, float] = {
        Mode.PRACTICE: min(items, PRACTICE_SIZE) * pace,
        Mode.TEST: min(items, TEST_SIZE) * pace,
        Mode.CHALLENGE: min(items, CHALLENGE_SIZE) * min(pace, challenge),
        Mode.REVIEW: min(to_review, REVIEW_SIZE) * _SECONDS_A_CARD,
        Mode.EXPERIMENT: _EXPERIMENT * 60,
    }
    if loaded.lesson is not None:
        for mode in READING_MODES:
            seconds[mode] = 60 * len(loaded.lesson.section(mode).body.split()) / _WORDS_A_MINUTE
    return {mode: max(1, round(each / 60)) for mode, each in seconds.items() if each}

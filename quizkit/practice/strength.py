"""How strong a learner is in a pattern: the Rasch model, estimated by EAP on a grid. Pure.

The chance to answer an item of difficulty b right is 1 / (1 + exp(b - theta)): G. Rasch, "Probabilistic Models for
Some Intelligence and Attainment Tests", 1960. The value is the mean of the posterior under a standard normal prior,
the interval its central 90 %: R. D. Bock and R. J. Mislevy, "Adaptive EAP Estimation of Ability in a Microcomputer
Environment", Applied Psychological Measurement 6(4), 1982. Few responses give a wide interval, and none no estimate.
"""

from collections.abc import Iterable, Mapping
from math import exp, log1p
from typing import Final

from quizkit.model.item import Difficulty
from quizkit.model.session import Attempt
from quizkit.model.strength import Strength

DIFFICULTIES: Final[Mapping[Difficulty, float]] = {
    Difficulty.EASY: -1.0,
    Difficulty.MEDIUM: 0.0,
    Difficulty.HARD: 1.0,
}
"""b of each difficulty, in logits: the author's word, not calibrated on learners."""

_GRID: Final = tuple(step / 20 for step in range(-80, 81))
_TAIL: Final = 0.05
_MEMORY_SECONDS: Final = 6 * 3600
"""An attempt sooner than this after the last one at the same item shows memory of its answer, not strength."""


def chance(theta: float, b: float) -> float:
    """Return the chance to be right."""
    return 1 / (1 + exp(b - theta))


def strength(responses: Iterable[tuple[float, bool]]) -> Strength | None:
    """Return the strength that responses to different items show: b of each item, and whether it was right."""
    counted = list(responses)
    if not counted:
        return None
    logs = [
        -theta * theta / 2 - sum(log1p(exp(b - theta if is_right else theta - b)) for b, is_right in counted)
        for theta in _GRID
    ]
    weights = [exp(each - max(logs)) for each in logs]
    total = sum(weights)
    mean = sum(theta * weight for theta, weight in zip(_GRID, weights, strict=True)) / total
    return Strength(
        theta=mean,
        low=_quantile(weights, _TAIL * total),
        high=_quantile(weights, (1 - _TAIL) * total),
        items=len(counted),
        right=sum(is_right for _, is_right in counted),
    )


def _quantile(weights: Iterable[float], wanted: float) -> float:
    so_far = 0.0
    for theta, weight in zip(_GRID, weights, strict=True):
        so_far += weight
        if so_far >= wanted:
            return theta
    return _GRID[-1]


def counted(attempts: Iterable[Attempt], digests: Mapping[str, str]) -> dict[str, bool]:
    """Return what counts for strength: of each item the latest attempt, and whether it was right without a hint.

    `digests` are those of today, by item. Not counted: attempts at a program that has changed since, second attempts
    in one session, retries, and attempts within six hours of the last one at the same item, whose answer was shown.
    """
    found: dict[str, bool] = {}
    last: dict[str, float] = {}
    for attempt in attempts:
        if digests.get(attempt.item) != attempt.digest:
            continue
        is_fresh = attempt.at - last.get(attempt.item, float("-inf")) >= _MEMORY_SECONDS
        last[attempt.item] = attempt.at
        if is_fresh and attempt.number == 1 and not attempt.is_retry:
            found[attempt.item] = attempt.is_right and not attempt.hints
    return found

"""What each mode that asks allows: data, no code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quizkit.model.mode import Mode


@dataclass(frozen=True)
class Rules:
    """The rules of one mode."""

    attempts: int = 1
    """Responses to an entry before it counts as wrong."""
    hints: int | None = None
    """Hints of an entry that may be opened; None for all it has."""
    seconds: float | None = None
    """Time for an entry; None for as long as one likes."""
    is_feedback_at_end: bool = False
    """Whether right, wrong and why are shown only when the session is over."""


RULES: Final[Mapping[Mode, Rules]] = {
    Mode.PRACTICE: Rules(),
    Mode.REVIEW: Rules(),
    Mode.CHALLENGE: Rules(attempts=2, hints=1, seconds=180),
    Mode.TEST: Rules(hints=0, is_feedback_at_end=True),
}

CHALLENGE_SIZE: Final = 5
TEST_SIZE: Final = 10
PRACTICE_SIZE: Final = 10
REVIEW_SIZE: Final = 20

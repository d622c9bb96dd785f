"""Lengths of time in words: no unit is told beyond where the next begins."""

import pytest

from quizkit.practice.spans import span


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5, "a moment"),
        (0, "a moment"),
        (59.9, "a moment"),
        (60, "1 minute"),
        (2700, "45 minutes"),
        (3569, "59 minutes"),
        (3599, "1 hour"),
        (5400, "2 hours"),
        (84_000, "23 hours"),
        (86_399, "1 day"),
        (9.6 * 86_400, "10 days"),
        (86_400 * 1000, "1,000 days"),
    ],
)
def test_a_time_is_told_in_one_unit(seconds: float, told: str) -> None:
    assert span(seconds) == told

"""How long the rest will take: nothing before it is known, and nothing of what is long past."""

import pytest

from quizkit.report.remaining import Remaining


def at_pace(remaining: Remaining, start: int, stop: int, done: int, every: int, total: int) -> str:
    """Let one thing be done every so many seconds, and return what is told last."""
    told = ""
    for now in range(start, stop):
        done += now % every == 0
        told = remaining.told(now, done, total)
    return told


@pytest.mark.parametrize(
    ("every", "total", "told"),
    [
        (1, 100, "about 1 min left"),
        (1, 80, "about 40 s left"),
        (1, 41, "about 10 s left"),
        (2, 1000, "about 33 min left"),
        (1, 40_000, "about 11.1 h left"),
    ],
)
def test_it_follows_the_pace(every: int, total: int, told: str) -> None:
    assert at_pace(Remaining(), 1, 41, 0, every, total) == told


def test_what_is_long_past_does_not_count() -> None:
    remaining = Remaining()
    assert remaining.told(0, 1, 2000) == ""
    assert remaining.told(6, 900, 2000) == "about 10 s left"
    assert at_pace(remaining, 7, 200, 900, 10, 2000) == "about 3.0 h left"


@pytest.mark.parametrize(("done", "total"), [(0, 10), (10, 10), (5, None), (11, 10)])
def test_nothing_is_told_where_nothing_is_known(done: int, total: int | None) -> None:
    remaining = Remaining()
    assert [remaining.told(now, done, total) for now in range(0, 100, 10)] == [""] * 10


def test_a_standstill_is_no_pace() -> None:
    remaining = Remaining()
    remaining.told(0, 3, 10)
    assert remaining.told(30, 3, 10) == ""

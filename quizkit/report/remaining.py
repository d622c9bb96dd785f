"""How long the rest will take, from how fast things went lately.

Invariant: nothing is said before something is known, and nothing more exactly than it is known. The pace of one kind
of work says nothing of another.
"""

from collections import deque
from typing import Final

_LOOKS_BACK: Final = 60.0
"""Seconds of the past that count: what came from a cache says nothing of what has to be run."""
_KNOWS_AFTER: Final = 5.0
"""Seconds of work that an estimate rests on at least."""
_MINUTE, _HOUR = 60, 3600


class Remaining:
    """Remembers how far things were."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, int]] = deque()
        self._work = ""

    def told(self, now: float, done: int, total: int | None, work: str = "") -> str:
        """Return about how long the rest will take, in words; nothing if that is not known. Seconds, and counts.

        `work` is what is counted: its name tells it from what was counted before.
        """
        if work != self._work:
            self._work = work
            self._past.clear()
        if total is None or not 0 < done < total:
            return ""
        if self._past and done < self._past[-1][1]:  # Something else has begun.
            self._past.clear()
        if not self._past or now - self._past[-1][0] >= 1:
            self._past.append((now, done))
        while now - self._past[0][0] > _LOOKS_BACK and len(self._past) > 1:
            self._past.popleft()
        since, before = self._past[0]
        if now - since < _KNOWS_AFTER or done == before:
            return ""
        return f"about {_roughly((total - done) * (now - since) / (done - before))} left"


def _roughly(seconds: float) -> str:
    if seconds < _MINUTE - 5:
        return f"{10 * max(1, round(seconds / 10))} s"
    if seconds < _HOUR - 30:
        return f"{max(1, round(seconds / _MINUTE))} min"
    return f"{seconds / _HOUR:.1f} h"

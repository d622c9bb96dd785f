"""What there is to review, and when, as people say it. Pure.

Invariant: what was never met is new. Only what was met can be due, for only that can be forgotten.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from quizkit.model.text import count
from quizkit.practice.overview import Overview
from quizkit.practice.spans import span

_DAY: Final = 86400.0


def reviews_said(overview: Overview, now: float) -> str:
    """Say what is due, or when something will be; and how many flip cards are new."""
    if overview.due:
        told = f"{overview.due} due for review"
    elif overview.next_due_at is not None:
        told = f"nothing due, the next review in {span(overview.next_due_at - now)}"
    else:
        told = "nothing due yet"
    return f"{told}; {count(overview.new_cards, 'new flip card')}" if overview.new_cards else told


def returns_said(waits: Iterable[float]) -> str:
    """Say for how many things when they come back, the next first; `waits` are in seconds. Empty for none."""
    days = Counter(max(1, round(wait / _DAY)) if wait > 0 else 0 for wait in waits)
    due = days.pop(0, 0)
    told = [f"{due} {'is' if due == 1 else 'are'} still due"] if due else []
    for place, (day, number) in enumerate(sorted(days.items())):
        verb = "" if place else " comes back" if number == 1 else " come back"
        told.append(f"{number}{verb} {'tomorrow' if day == 1 else f'in {day} days'}")
    return ", ".join(told)

"""What there is to review, and when, as people say it. Pure.

Invariant: what was never met is new. Only what was met can be due, for only that can be forgotten.
"""

from quizkit.practice.overview import Overview
from quizkit.practice.spans import counted, span


def reviews_said(overview: Overview, now: float) -> str:
    """Say what is due, or when something will be; and how many flip cards are new."""
    if overview.due:
        told = f"{overview.due} due for review"
    elif overview.next_due_at is not None:
        told = f"nothing due, the next review in {span(overview.next_due_at - now)}"
    else:
        told = "nothing due yet"
    return f"{told}; {counted(overview.new_cards, 'new flip card')}" if overview.new_cards else told

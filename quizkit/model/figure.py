"""Figures: facts with what was measured, for prose to quote.

Invariant: a figure without proof has no value, so prose can only say that it has none.
"""

from quizkit.model.bank import Fact
from quizkit.model.base import Noun
from quizkit.model.evidence import Value


class Figure(Noun):
    """A fact and its proved value."""

    fact: Fact
    """What is measured, and how."""
    value: Value | None = None
    """What it gave; None if it is not proved here."""

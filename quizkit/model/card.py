"""Flip cards: a question to answer in one's head, and the answer to hold against it."""

from typing import Annotated

from pydantic import Field

from quizkit.model.base import Written
from quizkit.model.text import Id, Prose


class Card(Written):
    """One flip card. Its figures are `{fact:ID}` until `quizkit.bank.prose.interpolated_card` puts them in."""

    id: Id
    """Stable for ever: a learner's history hangs on it. No item has the same."""
    front: Prose
    """The question, in Markdown."""
    back: Prose
    """The answer, in Markdown."""
    concepts: Annotated[tuple[Id, ...], Field(min_length=1)]
    """What it is about, in the words that items use."""

"""What widgets tell their screen: what the learner wants, in nouns, nothing done yet."""

from dataclasses import dataclass

from textual.message import Message

from quizkit.model.mode import Mode


@dataclass
class Chosen(Message):
    """Options were chosen and given as the response."""

    options: tuple[str, ...]
    """Their ids."""


@dataclass
class ModeWanted(Message):
    """The learner wants to study a pattern in a mode."""

    pattern: str
    """Id of the pattern."""
    mode: Mode
    """The mode."""
    is_new: bool = False
    """Whether a session that was left is left for good."""

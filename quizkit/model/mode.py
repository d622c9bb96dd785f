"""The ten ways to study a pattern. Plain data: the command line lists them, and loads nothing else for it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Mode(StrEnum):
    """A way to study a pattern."""

    LEARN = "learn"
    WHY = "why"
    DEEP_DIVE = "deep-dive"
    VISUALISE = "visualise"
    METRICS = "metrics"
    REVIEW = "review"
    PRACTICE = "practice"
    CHALLENGE = "challenge"
    TEST = "test"
    EXPERIMENT = "experiment"


class ModeFacts(NamedTuple):
    """What a menu says of a mode."""

    title: str
    """Its name, for people."""
    about: str
    """What one does in it, in a sentence."""


MODES: Final[Mapping[Mode, ModeFacts]] = {
    Mode.LEARN: ModeFacts(title="Learn", about="Read the lesson, its figures measured."),
    Mode.WHY: ModeFacts(title="Why", about="Two programs side by side, and what the difference does."),
    Mode.DEEP_DIVE: ModeFacts(title="Deep dive", about="What goes on below, for the curious."),
    Mode.VISUALISE: ModeFacts(title="Visualise", about="Data on its way through the layers, and a run's curves."),
    Mode.METRICS: ModeFacts(title="Metrics", about="Read the confusion matrix of a recorded run."),
    Mode.REVIEW: ModeFacts(title="Review", about="What is due today: items you have met, and flip cards."),
    Mode.PRACTICE: ModeFacts(title="Practice", about="Items with the evidence after each answer."),
    Mode.CHALLENGE: ModeFacts(title="Challenge", about="Five problems against the clock; two attempts, one hint."),
    Mode.TEST: ModeFacts(title="Test", about="Ten items from easy to hard; feedback at the end."),
    Mode.EXPERIMENT: ModeFacts(title="Experiment", about="Write the solution, run it, and keep the contract."),
}
"""Every mode, in the order of a menu."""

SESSION_MODES: Final = (Mode.REVIEW, Mode.PRACTICE, Mode.CHALLENGE, Mode.TEST)
"""The modes that ask questions and log attempts."""
READING_MODES: Final = (Mode.LEARN, Mode.WHY, Mode.DEEP_DIVE, Mode.VISUALISE, Mode.METRICS)
"""The modes that show a section of the lesson."""

"""A learner's strength in a pattern, with how sure that is."""

from math import exp

from quizkit.model.base import Noun


class Strength(Noun):
    """An estimate in logits; 0 means even odds at an item of medium difficulty."""

    theta: float
    """The estimate."""
    low: float
    """Lower end of the 90 % interval."""
    high: float
    """Upper end of it."""
    items: int
    """How many items it rests on."""
    right: int
    """How many of them were right."""

    @property
    def percent(self) -> int:
        """The chance, in percent, to be right at an item of medium difficulty."""
        return _percent(self.theta)

    @property
    def interval(self) -> tuple[int, int]:
        """The ends of the 90 % interval as such chances, in percent."""
        return _percent(self.low), _percent(self.high)

    def __str__(self) -> str:
        return f"{self.percent} % ({self.interval[0]}-{self.interval[1]} %)"


def _percent(theta: float) -> int:
    return round(100 / (1 + exp(-theta)))

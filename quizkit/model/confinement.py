"""How far the sandbox of this machine confines a program."""

from typing import Final

from quizkit.model.base import Noun

FULL: Final = ("rlimits", "session", "no-new-privileges", "capabilities", "parent-death", "landlock", "seccomp")
"""The layers that together confine a stranger's code."""


class Confinement(Noun):
    """The layers that are applied to every probe here."""

    layers: tuple[str, ...]
    """Names of the layers."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The layers that full confinement needs and that are not applied."""
        return tuple(layer for layer in FULL if layer not in self.layers)

    @property
    def is_full(self) -> bool:
        """Whether a stranger's code may be run."""
        return not self.missing

    def __str__(self) -> str:
        return "full" if self.is_full else f"partial: without {', '.join(self.missing)}"

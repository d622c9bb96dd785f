"""What the rest of quizkit sees of the sandbox: submit probes, take evidence. Each platform has its own pool.

Invariant: every submitted probe comes back exactly once, with evidence.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from quizkit.model.evidence import Evidence
from quizkit.model.probe import Probe


class Pool(ABC):
    """Runs probes, each in a process of its own, several at once. Closed, it has left nothing behind."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def prepare(self) -> None:
        """Start what all probes need, without waiting for it. Unless asked to, a pool does it for the first probe."""

    @property
    @abstractmethod
    def waiting(self) -> int:
        """How many submitted probes have not come back yet."""

    @abstractmethod
    def submit(self, probe: Probe) -> None:
        """Queue a probe."""

    @abstractmethod
    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        """Yield each probe with its evidence, as they finish; more may be submitted in between.

        Raises SandboxError if the sandbox cannot be started, or not again.
        """

    @abstractmethod
    def interrupt(self) -> None:
        """Stop what runs, from any thread; afterwards the pool is good for nothing but to be closed.

        What was running comes back as `sandbox-failed`, or `results` raises SandboxError.
        """

    @abstractmethod
    def close(self) -> None:
        """Kill whatever runs and leave nothing behind."""

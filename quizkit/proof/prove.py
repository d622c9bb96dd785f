"""Probes -> Evidence, through cache and sandbox: each experiment is run once, whoever asks for it.

Invariant: every requested probe comes back exactly once. What ended in a way that a busy machine could have caused
is put aside and run once more at the end, alone, before it is believed; nobody waits for it meanwhile.
"""

from collections import deque
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Probe
from quizkit.proof.cache import EvidenceCache
from quizkit.sandbox.start import start_pool

if TYPE_CHECKING:
    from quizkit.sandbox.pool import Pool

_RUN_AGAIN: Final = frozenset({Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY, Outcome.SANDBOX_FAILED})
"""What a busy or short machine, or a fault of ours, can cause."""


@dataclass(frozen=True)
class Result:
    """The evidence of one requested probe, and how it came."""

    evidence: Evidence
    is_cached: bool = False
    was_run_again: bool = False


class Prover:
    """Runs requested probes, at most `jobs` at once. The sandbox starts with the first probe that must be run.

    With `is_fresh`, evidence from earlier runs is not used; what this run has found is.
    """

    def __init__(self, cache: EvidenceCache, jobs: int, is_fresh: bool = False) -> None:
        self._cache, self._jobs, self._is_fresh = cache, jobs, is_fresh
        self._pending: set[str] = set()
        """Digests that were requested and have not come back."""
        self._ready: deque[Result] = deque()
        self._aside: deque[Probe] = deque()
        self._again: set[str] = set()
        """Those of the pending that are run once more: waiting for it, or running."""
        self._own: set[str] = set()
        """Digests whose evidence this run has put into the cache."""
        self._pool: Pool | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def pending(self) -> AbstractSet[str]:
        """Digests of the probes that were requested and have not come back."""
        return self._pending

    @property
    def set_aside(self) -> AbstractSet[str]:
        """Those of the pending that are run once more at the end."""
        return self._again

    def prepare(self) -> None:
        """Start the sandbox, without waiting for it, if it is certain that something must be run."""
        if self._is_fresh or self._cache.is_empty():
            self._sandbox().prepare()

    def request(self, probes: Iterable[Probe]) -> None:
        """Ask for evidence; a probe that is on its way already is not asked for twice."""
        wanted = {probe.digest: probe for probe in probes if probe.digest not in self._pending}
        found = self._cache.find(digest for digest in wanted if not self._is_fresh or digest in self._own)
        self._pending |= wanted.keys()
        for digest, probe in wanted.items():
            if digest in found:
                self._ready.append(Result(found[digest], is_cached=digest not in self._own))
            else:
                self._sandbox().submit(probe)

    def next_result(self) -> Result | None:
        """Return the next result as it comes; None if a probe was put aside instead, or if nothing is pending."""
        if not self._ready:
            if len(self._pending) > len(self._again):
                self._take(*next(self._sandbox().results()))
            elif self._aside:
                self._sandbox().submit(self._aside.popleft())
                self._take(*next(self._sandbox().results()))
        if not self._ready:
            return None
        result = self._ready.popleft()
        self._pending.discard(result.evidence.digest)
        return result

    def _take(self, probe: Probe, evidence: Evidence) -> None:
        is_second = probe.digest in self._again
        if evidence.outcome in _RUN_AGAIN and not is_second:
            self._again.add(probe.digest)
            self._aside.append(probe)
            return
        self._again.discard(probe.digest)
        self._cache.keep(evidence)
        if evidence.is_decided:
            self._own.add(probe.digest)
        self._ready.append(Result(evidence, was_run_again=is_second))

    def _sandbox(self) -> "Pool":
        if self._pool is None:
            self._pool = self._stack.enter_context(start_pool(self._jobs))
        return self._pool

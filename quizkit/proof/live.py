"""Live runs beside a screen: one thread of low priority with a sandbox of its own, kept warm between runs.

Invariant: whoever asks never waits: a run is a future. Stopped or closed, nothing is left running. No program of a
bank runs that may not be run here.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quizkit.errors import QuizkitError, SandboxError, UsageError
from quizkit.model.bank import Bank
from quizkit.model.evidence import Evidence
from quizkit.model.probe import Probe
from quizkit.proof.line import line_of
from quizkit.proof.lock import FILE_NAME, Lock
from quizkit.proof.plan import further
from quizkit.proof.subject import named
from quizkit.sandbox.barrier import barrier
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import confinement, start_pool

_NICENESS: Final = 10
"""How far live runs stand back behind what a learner types."""


class StoppedError(QuizkitError):
    """The learner stopped the run."""


@dataclass(frozen=True)
class Rerun:
    """One probe of a proof, run again."""

    name: str
    """What it is, for people."""
    probe: Probe
    """What was run."""
    evidence: Evidence
    """What it gave now."""
    locked: Evidence | None
    """What the lock has of it, if that says something else."""
    is_locked: bool
    """Whether the lock knows it at all."""
    done: int
    """How many probes of the proof have been run."""
    total: int
    """How many there are, as far as is known."""


class Live:
    """Runs programs for a person who is looking. Nothing is started before the first run."""

    def __init__(self, start: Callable[[int], Pool] = start_pool) -> None:
        self._start = start
        self._thread = ThreadPoolExecutor(1, "live", initializer=_stand_back)
        self._pool: Pool | None = None
        self._stopped = threading.Event()
        self._is_closed = False

    def warm_up(self) -> None:
        """Start the sandbox, so that the first run does not wait for it: with an empty program, which is nobody's."""
        self._thread.submit(self._run, Probe())

    def run(self, bank: Bank, probe: Probe) -> "Future[Evidence]":
        """Run one program that came from a bank.

        The future raises UsageError if the bank's programs may not be run here, SandboxError, or StoppedError after
        `stop`.
        """
        return self._thread.submit(self._run_allowed, bank, probe)

    def rerun(self, bank: Bank, item: str, tell: Callable[[Rerun], None]) -> "Future[int]":
        """Run an item's whole proof again; `tell` is called in the live thread with each probe.

        The future gives how many probes say something else than the lock, and raises as `run`; UsageError also
        for an unknown item.
        """
        return self._thread.submit(self._rerun, bank, item, tell)

    def stop(self) -> None:
        """Stop whatever runs or waits."""
        self._stopped.set()
        if (pool := self._pool) is not None:
            pool.interrupt()
        self._thread.submit(self._reset)

    def close(self) -> None:
        """Stop, wait until nothing is left, and start nothing any more. More than once does no harm."""
        if not self._is_closed:
            self._is_closed = True
            self.stop()
        self._thread.shutdown()

    def _reset(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        self._stopped.clear()

    def _run_allowed(self, bank: Bank, probe: Probe) -> Evidence:
        _require_leave(bank)
        return self._run(probe)

    def _run(self, probe: Probe) -> Evidence:
        self._pool = self._pool or self._start(1)
        if self._stopped.is_set():  # Whoever stops looks for a pool only after saying so.
            raise StoppedError("stopped")
        self._pool.submit(probe)
        try:
            (((_, evidence),)) = self._pool.results()
        except SandboxError:
            if self._stopped.is_set():
                raise StoppedError("stopped") from None
            raise
        if self._stopped.is_set():
            raise StoppedError("stopped")
        return evidence

    def _rerun(self, bank: Bank, item: str, tell: Callable[[Rerun], None]) -> int:
        differing = 0
        for rerun in self._probes(bank, item):
            differing += rerun.locked is not None
            tell(rerun)
        return differing

    def _probes(self, bank: Bank, item: str) -> Iterator[Rerun]:
        _require_leave(bank)
        (subject,) = named(bank, item)
        lock = Lock(Path(subject.pattern.folder) / FILE_NAME)
        waiting = subject.planned()
        done, total = 0, len(waiting)
        while waiting:
            planned = waiting.pop(0)
            evidence = self._run(planned.probe)
            more = further(planned, evidence)
            waiting += more
            done, total = done + 1, total + len(more)
            drifted = lock.drifted(line_of(planned.probe, evidence))
            yield Rerun(
                name=planned.name(),
                probe=planned.probe,
                evidence=evidence,
                locked=None if drifted is None else Evidence.model_validate(drifted),
                is_locked=planned.probe.digest in lock.digests,
                done=done,
                total=total,
            )


def _require_leave(bank: Bank) -> None:
    """Raise UsageError if nothing of a bank may be run here."""
    if forbidden := barrier(bank, confinement()):
        remedy = "full confinement (`quizkit doctor`), or `quizkit verify --trust` if you trust whoever wrote it"
        raise UsageError(f"{forbidden[0]}, so it does not run live; it takes {remedy}")


def _stand_back() -> None:
    """Lower the priority of this thread, and so of every process that it starts. Linux alone has one for a thread."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)

"""The pool on Linux: admits probes by jobs and memory, watches deadlines, gathers evidence. One thread, no polling.

Invariant: a zygote that dies is replaced. What it was running alone is `sandbox-failed`; of several nobody knows
which one killed it, and each is run once more, alone. One whose home a program took away is replaced between probes.
"""

import selectors
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from quizkit.errors import SandboxError
from quizkit.model.evidence import Evidence
from quizkit.model.probe import Probe
from quizkit.sandbox.environment import environment_id
from quizkit.sandbox.launch import may_compile, not_started
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.printed import reading, with_printed

if sys.platform == "linux":  # To a type checker for another platform, these modules are empty.
    from quizkit.sandbox.execution import Execution
    from quizkit.sandbox.forkserver import ForkServer

assert sys.platform == "linux"

_MEMORY_SHARE: Final = 0.8


@dataclass(frozen=True)
class _Job:
    """A probe on its way to evidence."""

    probe: Probe
    """The probe to execute now."""
    is_suspect: bool = False
    """A zygote died while it ran."""
    finished: tuple[Probe, Evidence] | None = None
    """The program itself and its evidence, while what it printed is being read."""


def available_memory_mib() -> int:
    """Return how much memory probes may plan with, in MiB: a share of what this machine or container has left."""
    left = [int(line.split()[1]) // 1024 for line in _lines("/proc/meminfo") if line.startswith("MemAvailable:")]
    top, used = _lines("/sys/fs/cgroup/memory.max"), _lines("/sys/fs/cgroup/memory.current")
    if top and used and top[0] != "max":
        left.append((int(top[0]) - int(used[0])) // 2**20)
    return int(min(left, default=2048) * _MEMORY_SHARE)


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="ascii").splitlines()
    except OSError:
        return []


class ForkPool(Pool):
    """Runs probes, at most `jobs` at once, and beside others only one whose memory is there."""

    def __init__(self, jobs: int, layers: tuple[str, ...]) -> None:
        self._jobs = max(1, jobs)
        self._layers = layers
        self._memory = 0
        """What probes may take together, in MiB: what was left when none was running."""
        self._queue: deque[_Job] = deque()
        self._suspects: deque[_Job] = deque()
        self._running: dict[Execution, _Job] = {}
        self._done: deque[tuple[Probe, Evidence]] = deque()
        self._server: ForkServer | None = None
        self._is_interrupted = False
        self._selector = selectors.DefaultSelector()
        self._launched = 0
        self._environment = environment_id()

    @property
    def waiting(self) -> int:
        """How many submitted probes have not come back yet."""
        return len(self._queue) + len(self._suspects) + len(self._running) + len(self._done)

    def prepare(self) -> None:
        """Start the zygote, without waiting for it."""
        self._started_server()

    def submit(self, probe: Probe) -> None:
        """Queue a probe."""
        self._queue.append(_Job(probe))

    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        """Yield each probe with its evidence, as they finish; more may be submitted in between."""
        while self.waiting:
            self._admit()
            if self._running and not self._done:
                self._turn()
            while self._done:
                yield self._done.popleft()

    def interrupt(self) -> None:
        """Stop what runs, from any thread: the keeper sees the socket closed, and so does who waits for results."""
        self._is_interrupted = True
        if (server := self._server) is not None:
            server.hang_up()

    def close(self) -> None:
        """Kill whatever runs and leave nothing behind."""
        self._stop_server()
        for execution in list(self._running):
            self._forget(execution)
        self._selector.close()

    def _admit(self) -> None:
        while self._queue and self._has_room(self._queue[0]):
            self._launch(self._queue.popleft())
        if self._suspects and not self._queue and not self._running:
            self._launch(self._suspects.popleft())

    def _has_room(self, job: _Job) -> bool:
        if not self._running:
            self._memory = available_memory_mib()
            return True
        if len(self._running) >= self._jobs or any(running.is_suspect for running in self._running.values()):
            return False
        if self._server is not None and not self._server.has_home():
            return False
        promised = sum(running.probe.limits.memory_mib for running in self._running.values())
        wanted = job.probe.limits.memory_mib
        # Those that run may not have taken theirs yet; and others on this machine may have taken what was left.
        return promised + wanted <= self._memory and wanted <= available_memory_mib()

    def _launch(self, job: _Job) -> None:
        self._launched += 1
        try:
            server = self._ready_server()
            execution = Execution(self._launched, job.probe, self._layers, server.home, self._selector)
        except OSError as error:
            raise not_started(error) from None
        self._running[execution] = job
        try:
            server.fork(execution.number, execution.handed_over, compiles=may_compile(job.probe))
        except OSError:
            self._server_died()
        else:
            execution.close_handed_over()

    def _turn(self) -> None:
        """Wait for something to happen, and let it happen."""
        due = min(execution.next_deadline for execution in self._running)
        for key, _ in self._selector.select(max(0.0, due - time.monotonic())):
            if key.data is None:
                self._hear_server()
            elif key.data in self._running:
                key.data.attend(key.fd)
        for execution in list(self._running):
            if execution not in self._running:
                continue
            if execution.is_finished():
                self._finish(execution)
            elif execution.is_lost():
                self._server_died()
            elif (excess := execution.excess()) is not None and self._server is not None:
                execution.condemn(excess)
                self._server.kill(execution.number)

    def _hear_server(self) -> None:
        """Take in all that the zygote has said, so that nothing that has ended is taken for running."""
        assert self._server is not None
        by_number = {execution.number: execution for execution in self._running}
        for message in self._server.pending():
            if message is None:
                self._server_died()
                return
            if (execution := by_number.get(message["id"])) is not None:
                execution.hear_end(message)

    def _finish(self, execution: Execution) -> None:
        job = self._running[execution]
        evidence = execution.evidence(self._environment)
        self._forget(execution)
        self._settle(job, evidence)

    def _settle(self, job: _Job, evidence: Evidence) -> None:
        """Pass evidence on, or first read what the program printed."""
        if job.finished is not None:
            program, finished = job.finished
            self._done.append((program, with_printed(finished, evidence)))
        elif (reader := reading(job.probe, evidence)) is not None:
            self._queue.appendleft(replace(job, probe=reader, finished=(job.probe, evidence)))
        else:
            self._done.append((job.probe, evidence))

    def _server_died(self) -> None:
        """Settle or put aside what the zygote was running; the next launch starts another."""
        self._stop_server()
        for execution in [execution for execution in self._running if execution.has_ended]:
            self._finish(execution)
        is_alone = len(self._running) == 1
        for execution, job in list(self._running.items()):
            evidence = execution.evidence(self._environment)
            self._forget(execution)
            if is_alone:
                self._settle(job, evidence)
            else:
                self._suspects.append(replace(job, is_suspect=True))

    def _ready_server(self) -> ForkServer:
        if self._server is not None and not self._server.has_home():
            self._server_died()
        try:
            return self._awaited_server()
        except SandboxError:
            self._stop_server()  # Whatever killed it while it started need not be there any more.
            return self._awaited_server()

    def _awaited_server(self) -> ForkServer:
        server = self._started_server()
        server.wait_until_ready()
        return server

    def _started_server(self) -> ForkServer:
        if self._server is None:
            self._server = ForkServer()
            self._selector.register(self._server.socket, selectors.EVENT_READ, None)
            if self._is_interrupted:  # While it started.
                self._server.hang_up()
        return self._server

    def _stop_server(self) -> None:
        if self._server is not None:
            self._selector.unregister(self._server.socket)
            self._server.close()
            self._server = None

    def _forget(self, execution: Execution) -> None:
        del self._running[execution]
        execution.close()

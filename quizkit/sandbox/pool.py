"""Parent side of the sandbox: admits probes by jobs and memory, watches deadlines, gathers evidence.

Invariant: every submitted probe comes back exactly once, with evidence; a zygote that dies is replaced and its
probes are run once more, and what dies twice is `sandbox-failed`. One thread, no polling loops.
"""

import json
import os
import secrets
import selectors
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Probe
from quizkit.sandbox.assemble import Ended, assemble, frames_of
from quizkit.sandbox.environment import environment_id
from quizkit.sandbox.forkserver import ForkServer
from quizkit.sandbox.wire import EVIDENCE_LIMIT, STREAM_LIMIT

assert sys.platform == "linux"

_WALL_FACTOR: Final = 6
_MEMORY_SHARE: Final = 0.8
_STDOUT_EXPRESSION_LIMIT: Final = 10_000
_LIMITS: Final[dict[str, int]] = {"evidence": EVIDENCE_LIMIT, "stdout": STREAM_LIMIT, "stderr": STREAM_LIMIT}


@dataclass
class _Job:
    """A probe on its way to evidence."""

    probe: Probe
    attempts: int = 0
    finished: Evidence | None = None
    """Evidence of the program itself, while its standard output is being read as an expression."""

    @property
    def running_probe(self) -> Probe:
        """The probe to execute now: the program's, or the one that reads what it printed."""
        if self.finished is None:
            return self.probe
        return Probe(prelude=self.probe.prelude, values={"stdout": self.finished.stdout}, seed=self.probe.seed)


@dataclass
class _Running:
    """One live child."""

    job: _Job
    nonce: str
    started: float
    scratch: "tempfile.TemporaryDirectory[str] | None"
    pipes: dict[int, str] = field(default_factory=dict)
    """Open read ends, by descriptor: evidence, stdout or stderr."""
    data: dict[str, bytearray] = field(default_factory=lambda: {name: bytearray() for name in _LIMITS})
    cut: set[str] = field(default_factory=set)
    unsent: bytes = b""
    job_pipe: int | None = None
    ended: Ended | None = None
    killed_for: Outcome | None = None
    killed_because: str = ""

    @property
    def deadline(self) -> float:
        """Monotonic time at which the wall limit is reached."""
        return self.started + self.job.probe.limits.cpu_seconds * _WALL_FACTOR


def available_memory_mib() -> int:
    """Return how much memory probes may plan with, in MiB: a share of what is available now."""
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(int(line.split()[1]) / 1024 * _MEMORY_SHARE)
    return 2048


class Pool:
    """Runs probes, at most `jobs` at once and never more declared memory than there is."""

    def __init__(self, jobs: int) -> None:
        self._jobs = max(1, jobs)
        self._memory = available_memory_mib()
        self._queue: deque[_Job] = deque()
        self._running: dict[int, _Running] = {}
        self._done: deque[tuple[Probe, Evidence]] = deque()
        self._server: ForkServer | None = None
        self._selector = selectors.DefaultSelector()
        self._next_id = 0
        self._environment = environment_id()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def waiting(self) -> int:
        """How many submitted probes have no evidence yet."""
        return len(self._queue) + len(self._running) + len(self._done)

    def submit(self, probe: Probe) -> None:
        """Queue a probe."""
        self._queue.append(_Job(probe))

    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        """Yield each probe with its evidence, as they finish; more may be submitted in between."""
        while self.waiting:
            while self._done:
                yield self._done.popleft()
            if self.waiting:
                self._admit()
                self._turn()

    def close(self) -> None:
        """Kill whatever runs and leave nothing behind."""
        for number in list(self._running):
            self._forget(number)
        self._stop_server()
        self._selector.close()

    def _admit(self) -> None:
        while self._queue and len(self._running) < self._jobs:
            used = sum(running.job.probe.limits.memory_mib for running in self._running.values())
            if self._running and used + self._queue[0].probe.limits.memory_mib > self._memory:
                return
            self._launch(self._queue.popleft())

    def _launch(self, job: _Job) -> None:
        server = self._ready_server()
        number, self._next_id = self._next_id, self._next_id + 1
        probe = job.running_probe
        scratch = tempfile.TemporaryDirectory(prefix="quizkit-") if "scratch" in probe.requires else None
        running = _Running(job, secrets.token_hex(16), time.monotonic(), scratch)
        job_read, running.job_pipe = os.pipe()
        ends = {name: os.pipe() for name in _LIMITS}
        message = {
            "nonce": running.nonce,
            "probe": probe.model_dump(mode="json"),
            "scratch": scratch.name if scratch else None,
        }
        running.unsent = json.dumps(message).encode()
        for name, (read_end, _) in ends.items():
            os.set_blocking(read_end, False)
            running.pipes[read_end] = name
            self._selector.register(read_end, selectors.EVENT_READ, number)
        os.set_blocking(running.job_pipe, False)
        self._selector.register(running.job_pipe, selectors.EVENT_WRITE, number)
        self._running[number] = running
        handed_over = [job_read, *(write_end for _, write_end in ends.values())]
        try:
            server.fork(number, handed_over)
        except OSError:
            self._server_died()
        finally:
            for descriptor in handed_over:
                os.close(descriptor)

    def _turn(self) -> None:
        """Wait for something to happen, and let it happen."""
        now = time.monotonic()
        deadlines = [running.deadline for running in self._running.values() if running.killed_for is None]
        wait = max(0.0, min(deadlines) - now) if deadlines else None
        for key, _ in self._selector.select(wait):
            if key.data is None:
                self._hear_server()
            elif (running := self._running.get(key.data)) is None:
                continue
            elif key.fd == running.job_pipe:
                self._feed(running)
            elif key.fd in running.pipes:
                self._drain(key.data, running, key.fd)
        now = time.monotonic()
        for number, running in list(self._running.items()):
            if running.ended is not None and not running.pipes:
                self._finish(number)
            elif running.killed_for is None and now >= running.deadline:
                limit = running.job.probe.limits.cpu_seconds * _WALL_FACTOR
                self._kill(number, Outcome.TIMED_OUT, f"still running after {limit:g} s")

    def _feed(self, running: _Running) -> None:
        assert running.job_pipe is not None
        try:
            running.unsent = running.unsent[os.write(running.job_pipe, running.unsent) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            running.unsent = b""
        if not running.unsent:
            self._close(running.job_pipe)
            running.job_pipe = None

    def _drain(self, number: int, running: _Running, descriptor: int) -> None:
        name = running.pipes[descriptor]
        try:
            chunk = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return
        if not chunk:
            self._close(descriptor)
            del running.pipes[descriptor]
            return
        kept = running.data[name]
        room = _LIMITS[name] - len(kept)
        kept += chunk[:room]
        if len(chunk) > room:
            running.cut.add(name)
            if name == "evidence" and running.killed_for is None:
                self._kill(number, Outcome.BLOCKED, f"sent more than {EVIDENCE_LIMIT} bytes of evidence")

    def _hear_server(self) -> None:
        assert self._server is not None
        message = self._server.receive()
        if message is None:
            self._server_died()
            return
        running = self._running.get(message["id"])
        if running is not None:
            running.ended = Ended(
                status=message["status"],
                cpu_seconds=message["cpu"],
                wall_seconds=time.monotonic() - running.started,
                peak_kib=message["peak_kib"],
                killed_for=running.killed_for,
                killed_because=running.killed_because,
            )

    def _kill(self, number: int, outcome: Outcome, because: str) -> None:
        running = self._running[number]
        running.killed_for, running.killed_because = outcome, because
        if self._server is not None:
            self._server.kill(number)

    def _finish(self, number: int) -> None:
        running = self._running[number]
        assert running.ended is not None
        ended = replace(running.ended, cut_streams=tuple(sorted(running.cut)))
        data = running.data
        frames = frames_of(bytes(data["evidence"]), running.nonce)
        evidence = assemble(
            running.job.running_probe,
            self._environment,
            frames,
            ended,
            bytes(data["stdout"]),
            bytes(data["stderr"]),
        )
        self._forget(number)
        self._settle(running.job, evidence)

    def _settle(self, job: _Job, evidence: Evidence) -> None:
        """Pass evidence on, or first read what the program printed."""
        if job.finished is not None:
            read = evidence.values.get("stdout") if evidence.outcome is Outcome.RETURNED else None
            self._done.append((job.probe, job.finished.model_copy(update={"printed": read})))
            return
        text = evidence.stdout.strip()
        is_read = job.probe.reads_stdout and evidence.outcome is Outcome.RETURNED
        if is_read and 0 < len(text) <= _STDOUT_EXPRESSION_LIMIT:
            self._queue.appendleft(_Job(job.probe, job.attempts, evidence))
            return
        self._done.append((job.probe, evidence))

    def _server_died(self) -> None:
        """Replace the zygote; what it was running is run once more, alone blame on us."""
        self._stop_server()
        for number, running in list(self._running.items()):
            job = running.job
            job.attempts += 1
            self._forget(number)
            if job.attempts < 2:
                self._queue.append(job)
            else:
                self._settle(job, assemble(job.running_probe, self._environment, [], Ended(), b"", b""))

    def _ready_server(self) -> ForkServer:
        if self._server is None:
            self._server = ForkServer(self._environment)
            self._selector.register(self._server.socket, selectors.EVENT_READ, None)
        return self._server

    def _stop_server(self) -> None:
        if self._server is not None:
            self._selector.unregister(self._server.socket)
            self._server.close()
            self._server = None

    def _forget(self, number: int) -> None:
        running = self._running.pop(number)
        for descriptor in [*running.pipes, *([running.job_pipe] if running.job_pipe is not None else [])]:
            self._close(descriptor)
        if running.scratch is not None:
            running.scratch.cleanup()

    def _close(self, descriptor: int) -> None:
        self._selector.unregister(descriptor)
        os.close(descriptor)

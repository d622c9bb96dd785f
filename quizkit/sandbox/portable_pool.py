"""The pool for platforms without a zygote: a fresh interpreter per probe, bounded from outside.

Invariant: every process that a probe started and that could be seen is killed with it, and its folder is removed. The
child does not confine itself, so confinement is never full here and foreign content is not run without --trust.
"""

import json
import os
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import psutil

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Probe
from quizkit.sandbox import folder
from quizkit.sandbox.assemble import Ended, assemble, frames_of
from quizkit.sandbox.environment import environment_id
from quizkit.sandbox.launch import ENVIRONMENT, WALL_FACTOR, command, not_started, torch_home
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.printed import reading, with_printed
from quizkit.sandbox.wire import EVIDENCE_LIMIT, STREAM_LIMIT

_WORKER: Final = Path(__file__).resolve().parent / "child" / "fresh.py"
_LOOK_SECONDS: Final = 0.05
"""Time between two looks at a child; a bound is noticed this late."""
_START_SECONDS: Final = 300
"""How long a child may take to import torch."""
_FLOOD_BYTES: Final = 64 * 2**20
"""How much a program may print; only the beginning is kept."""
_STREAMS: Final = ("stdout", "stderr")
"""Names of the files that take what a program prints."""
_FOLDER: Final = "folder"
"""Name of the one that it may write to."""


class PortablePool(Pool):
    """Runs probes, each in a fresh interpreter, at most `jobs` at once."""

    def __init__(self, jobs: int) -> None:
        self._threads = ThreadPoolExecutor(max(1, jobs), thread_name_prefix="probe")
        self._answers: dict[Future[Evidence], Probe] = {}
        self._closing = threading.Event()
        self._environment = environment_id()

    @property
    def waiting(self) -> int:
        """How many submitted probes have not come back yet."""
        return len(self._answers)

    def prepare(self) -> None:
        """Start nothing: here no probe shares anything with another."""

    def submit(self, probe: Probe) -> None:
        """Queue a probe."""
        self._answers[self._threads.submit(self._answer, probe)] = probe

    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        """Yield each probe with its evidence, as they finish; more may be submitted in between."""
        while self._answers:
            answered, _ = wait(self._answers, return_when=FIRST_COMPLETED)
            for answer in answered:
                probe = self._answers.pop(answer)
                try:
                    evidence = answer.result()
                except OSError as error:
                    raise not_started(error) from None
                yield probe, evidence

    def interrupt(self) -> None:
        """Stop what runs, from any thread."""
        self._closing.set()

    def close(self) -> None:
        """Kill whatever runs and leave nothing behind."""
        self._closing.set()
        self._threads.shutdown(cancel_futures=True)

    def _answer(self, probe: Probe) -> Evidence:
        evidence = self._run(probe)
        reader = reading(probe, evidence)
        return evidence if reader is None else with_printed(evidence, self._run(reader))

    def _run(self, probe: Probe) -> Evidence:
        nonce = secrets.token_hex(16)
        with tempfile.TemporaryDirectory(prefix="quizkit-", ignore_cleanup_errors=True) as name:
            home = Path(name)
            (home / _FOLDER).mkdir()
            for stream in _STREAMS:
                (home / stream).touch()
            job = {
                "nonce": nonce, "probe": probe.model_dump(mode="json"), "folder": str(home / _FOLDER), "layers": [],
                **{stream: str(home / stream) for stream in _STREAMS},
            }  # fmt: skip
            child = _Child(_started(home), probe, home)
            try:
                child.feed(json.dumps(job).encode())
                ended = child.watched(self._closing)
            finally:
                child.kill()
                child.close()
            out, err = (_beginning(home / stream) for stream in _STREAMS)
            return assemble(probe, self._environment, frames_of(child.evidence(), nonce), ended, out, err)


def _started(home: Path) -> "subprocess.Popen[bytes]":
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return subprocess.Popen(
        command(_WORKER),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT | torch_home() | kept,
        cwd=home,
        start_new_session=True,
    )


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(STREAM_LIMIT)
    except OSError:
        return b""


def _size(file: Path) -> int:
    """Return the size of a file; nothing keeps a program from removing it."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


@dataclass
class _Used:
    """What a child and all that it started have used."""

    cpu_seconds: float = 0.0
    memory: int = 0
    """Bytes."""


@dataclass
class _Child:
    """One live child, watched from outside."""

    process: "subprocess.Popen[bytes]"
    probe: Probe
    home: Path
    """Where its folder and its streams are."""
    seen: dict[int, psutil.Process] = field(default_factory=dict)
    """Every process below it that was ever seen, itself included."""

    def __post_init__(self) -> None:
        self._evidence = bytearray()
        self._is_flooded = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        # A pipe that a lost descendant holds open is closed under the reader in the end.
        with suppress(OSError, ValueError):
            self._read_to_the_end(self.process.stdout)

    def _read_to_the_end(self, pipe: IO[bytes]) -> None:
        while chunk := os.read(pipe.fileno(), 1 << 16):
            room = EVIDENCE_LIMIT - len(self._evidence)
            self._evidence += chunk[:room]
            self._is_flooded = self._is_flooded or len(chunk) > room

    def feed(self, job: bytes) -> None:
        """Send the job, and leave the pipe open: while it is, the child lives. One that is gone tells by its end."""
        assert self.process.stdin is not None
        with suppress(OSError):  # On Windows, a broken pipe is an argument that is not valid.
            self.process.stdin.write(job + b"\n")
            self.process.stdin.flush()

    def evidence(self) -> bytes:
        """Return what came on the evidence pipe; it must be closed."""
        return bytes(self._evidence)

    def watched(self, closing: threading.Event) -> Ended:
        """Watch until the end, and bring it about if a bound is exceeded. Bounds count from the program's start."""
        start = time.monotonic()
        base: _Used | None = None
        program_start, peak = start, 0
        used = _Used()
        killed_for, because = None, ""
        while self.process.poll() is None:
            time.sleep(_LOOK_SECONDS)
            used = self._used() or used
            peak = max(peak, used.memory)
            if base is None and self._evidence:
                base, program_start = used, time.monotonic()
            killed_for, because = self._too_far(used, base, start if base is None else program_start)
            if closing.is_set() or killed_for is not None:
                self.kill()
                break
        status = self.process.wait()
        return Ended(
            status=-status if status < 0 else status << 8,
            cpu_seconds=max(0.0, used.cpu_seconds - (base.cpu_seconds if base else 0.0)),
            wall_seconds=time.monotonic() - program_start,
            peak_kib=peak // 1024,
            killed_for=killed_for,
            killed_because=because,
            cut_streams=tuple(name for name in _STREAMS if _size(self.home / name) > STREAM_LIMIT),
        )

    def _too_far(self, used: _Used, base: _Used | None, since: float) -> tuple[Outcome | None, str]:
        """Return what to kill it for, and why in words."""
        limits, wall = self.probe.limits, time.monotonic() - since
        if base is None:
            late = wall > _START_SECONDS
            return (Outcome.SANDBOX_FAILED, f"torch was not imported in {_START_SECONDS} s") if late else (None, "")
        if used.cpu_seconds - base.cpu_seconds > limits.cpu_seconds:
            return Outcome.TIMED_OUT, f"used its {limits.cpu_seconds:g} s of CPU time"
        if wall > limits.cpu_seconds * WALL_FACTOR:
            return Outcome.TIMED_OUT, f"still running after {limits.cpu_seconds * WALL_FACTOR:g} s"
        if (used.memory - base.memory) > limits.memory_mib * 2**20:
            return Outcome.OUT_OF_MEMORY, f"took more than {limits.memory_mib} MiB"
        if self._is_flooded:
            return Outcome.BLOCKED, f"sent more than {EVIDENCE_LIMIT} bytes of evidence"
        if any(_size(self.home / name) > _FLOOD_BYTES for name in _STREAMS):
            return Outcome.BLOCKED, f"printed more than {_FLOOD_BYTES // 2**20} MiB"
        overflow = folder.overflow(self.home / _FOLDER)
        return (Outcome.BLOCKED, overflow) if overflow else (None, "")

    def _used(self) -> _Used | None:
        """Return what it and all that it started use now, or None if it is gone."""
        total = _Used()
        try:
            own = psutil.Process(self.process.pid)
            family = [own, *own.children(recursive=True)]
        except psutil.Error:
            return None
        for process in family:
            with suppress(psutil.Error):
                self.seen.setdefault(process.pid, process)
                times = process.cpu_times()
                total.cpu_seconds += times.user + times.system
                total.memory += process.memory_info().rss
        return total

    def kill(self) -> None:
        """Kill it and everything it was seen to start."""
        self._used()
        for process in self.seen.values():
            # psutil compares the time of creation: a number that is another process's now is left alone.
            with suppress(psutil.Error):
                process.kill()
        with suppress(OSError):
            self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Let go of its pipes; it must be dead."""
        self._reader.join(timeout=5)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

"""One live child as the parent sees it: its descriptors, what came out of them, its deadlines.

Invariant: every descriptor opened here is closed here, and of each stream no more is kept than its limit.
"""

import json
import os
import secrets
import selectors
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Probe
from quizkit.sandbox import folder
from quizkit.sandbox.assemble import Ended, assemble, frames_of
from quizkit.sandbox.launch import WALL_FACTOR
from quizkit.sandbox.wire import EVIDENCE_LIMIT, STREAM_LIMIT, Message

assert sys.platform == "linux"

_REAP_SECONDS: Final = 30
"""How long the zygote may take to report a process that it was asked to kill."""

_DRAIN_SECONDS: Final = 5
"""How long a stream may stay open after the end of everything that could write to it."""

_LIMITS: Final[dict[str, int]] = {"evidence": EVIDENCE_LIMIT, "stdout": STREAM_LIMIT, "stderr": STREAM_LIMIT}

Killed = tuple[Outcome | None, str]
"""What a process is killed for, if it is, and why in words."""


class Execution:
    """A process on its way from a probe to evidence. Raises OSError if there are no descriptors left."""

    def __init__(
        self, number: int, probe: Probe, layers: tuple[str, ...], home: Path, selector: selectors.BaseSelector
    ) -> None:
        self.number, self.probe, self._layers = number, probe, layers
        self._selector = selector
        self._nonce = secrets.token_hex(16)
        self._folder = home / str(number)
        self._started = time.monotonic()
        self._ended: Ended | None = None
        self._turned: float | None = None
        """When it was killed, or reported as ended."""
        self._killed: Killed = (None, "")
        self._data = {name: bytearray() for name in _LIMITS}
        self._cut: set[str] = set()
        self._open: dict[int, str] = {}
        self._job_pipe: int | None = None
        self._unsent = b""
        self._folder.mkdir(mode=0o700 if "scratch" in probe.requires else 0o500)
        self.handed_over: list[int] = []
        """The child's ends: job, evidence, and the two streams; closed here once they are passed on."""
        try:
            self._open_pipes()
        except BaseException:
            self.close()
            raise

    def _open_pipes(self) -> None:
        read_end, self._job_pipe = os.pipe()
        self.handed_over.append(read_end)
        os.set_blocking(self._job_pipe, False)
        self._selector.register(self._job_pipe, selectors.EVENT_WRITE, self)
        for name in _LIMITS:
            read_end, write_end = os.pipe()
            self._open[read_end] = name
            self.handed_over.append(write_end)
            os.set_blocking(read_end, False)
            self._selector.register(read_end, selectors.EVENT_READ, self)
        job = {
            "nonce": self._nonce,
            "probe": self.probe.model_dump(mode="json"),
            "folder": str(self._folder),
            "layers": self._layers,
        }
        self._unsent = json.dumps(job).encode()

    def close_handed_over(self) -> None:
        """Close the child's ends, which the child now has."""
        for descriptor in self.handed_over:
            os.close(descriptor)
        self.handed_over.clear()

    def attend(self, descriptor: int) -> None:
        """Write to or read from a descriptor that is ready."""
        if descriptor == self._job_pipe:
            self._feed(descriptor)
        elif descriptor in self._open:
            self._drain(descriptor)

    def _feed(self, descriptor: int) -> None:
        try:
            self._unsent = self._unsent[os.write(descriptor, self._unsent) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent = b""
        if not self._unsent:
            self._close(descriptor)
            self._job_pipe = None

    def _drain(self, descriptor: int) -> None:
        name = self._open[descriptor]
        try:
            chunk = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return
        if not chunk:
            self._close(descriptor)
            del self._open[descriptor]
            return
        kept = self._data[name]
        room = _LIMITS[name] - len(kept)
        kept += chunk[:room]
        if len(chunk) > room:
            self._cut.add(name)

    def hear_end(self, told: Message) -> None:
        """Take in what the zygote says of the end."""
        self._turned = time.monotonic()
        killed_for, because = (Outcome.BLOCKED, told["excess"]) if told["excess"] else self._killed
        self._ended = Ended(
            status=told["status"],
            cpu_seconds=told["cpu"],
            wall_seconds=self._turned - self._started,
            peak_kib=told["peak_kib"],
            killed_for=killed_for,
            killed_because=because,
        )

    @property
    def next_deadline(self) -> float:
        """The monotonic time at which something is due even if nothing is heard."""
        if self._turned is not None:
            return self._turned + (_DRAIN_SECONDS if self._ended is not None else _REAP_SECONDS)
        return self._started + self.probe.limits.cpu_seconds * WALL_FACTOR

    @property
    def has_ended(self) -> bool:
        """Whether its end was reported, though its streams may still be open."""
        return self._ended is not None

    def is_finished(self) -> bool:
        """Say whether its end was reported and its streams are closed, or should have been long ago."""
        return self._ended is not None and (not self._open or time.monotonic() >= self.next_deadline)

    def is_lost(self) -> bool:
        """Say whether it was killed and its end was never reported: the zygote is stuck."""
        return self._ended is None and self._turned is not None and time.monotonic() >= self.next_deadline

    def excess(self) -> Killed | None:
        """Return what it is to be killed for now and why in words; None while it is within its bounds, or dying."""
        if self._turned is not None:
            return None
        if "evidence" in self._cut:
            return Outcome.BLOCKED, f"sent more than {EVIDENCE_LIMIT} bytes of evidence"
        if time.monotonic() >= self.next_deadline:
            limit = self.probe.limits.cpu_seconds * WALL_FACTOR
            return Outcome.TIMED_OUT, f"still running after {limit:g} s"
        return None

    def condemn(self, killed: Killed) -> None:
        """Note that it is being killed, and for what."""
        self._killed = killed
        self._turned = time.monotonic()

    def evidence(self, environment: str) -> Evidence:
        """Return the evidence, of what was heard so far."""
        ended = replace(self._ended or Ended(), cut_streams=tuple(sorted(self._cut)))
        frames = frames_of(bytes(self._data["evidence"]), self._nonce)
        out, err = bytes(self._data["stdout"]), bytes(self._data["stderr"])
        return assemble(self.probe, environment, frames, ended, out, err)

    def close(self) -> None:
        """Close what is open and remove the folder; the process must be dead."""
        self.close_handed_over()
        for descriptor in [*self._open, *([self._job_pipe] if self._job_pipe is not None else [])]:
            self._close(descriptor)
        self._open.clear()
        self._job_pipe = None
        # If it cannot be removed now, the keeper tries again in the end.
        with suppress(OSError):
            folder.remove(self._folder)

    def _close(self, descriptor: int) -> None:
        with suppress(KeyError):
            self._selector.unregister(descriptor)
        os.close(descriptor)

"""Frames and a wait status -> Evidence. Pure: the parent labels here what child and supervisor said.

Invariant: `returned` and `raised` need the final frame; everything doubtful is an outcome that decides nothing.
"""

import errno
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from quizkit.model.evidence import Checked, Evidence, Observed, Outcome, Raise, Read
from quizkit.model.probe import Probe
from quizkit.sandbox.wire import Message, decode

_WALL_ERRNOS: Final = frozenset({errno.EPERM, errno.EACCES, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EDQUOT})
_WALL_WORDS: Final = ("Operation not permitted", "Permission denied", "can't start new thread")
_MEMORY_WORDS: Final = ("can't allocate memory", "not enough memory", "Cannot allocate memory")


@dataclass(frozen=True)
class Ended:
    """What the supervisor saw of one process."""

    status: int | None = None
    """Wait status; None if the zygote died with it."""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    peak_kib: int = 0
    killed_for: Outcome | None = None
    """Why the parent killed it, if it did."""
    killed_because: str = ""
    cut_streams: tuple[str, ...] = ()

    @property
    def signal(self) -> int | None:
        """The signal that ended it."""
        return self.status & 0x7F or None if self.status is not None else None

    @property
    def exit_code(self) -> int | None:
        """The exit status it ended with."""
        return self.status >> 8 if self.status is not None and not self.status & 0x7F else None


def frames_of(data: bytes, nonce: str) -> list[Message]:
    """Return the frames in `data` that carry the nonce, in order; other lines are none of ours."""
    found = (decode(line) for line in data.split(b"\n") if line)
    return [frame for frame in found if frame is not None and frame.get("nonce") == nonce]


def assemble(
    probe: Probe, environment: str, frames: Iterable[Message], ended: Ended, stdout: bytes, stderr: bytes
) -> Evidence:
    """Return the evidence of `probe`; frames that are not what they should be make it a fault of ours."""
    said = _Said()
    try:
        for frame in frames:
            said.hear(frame)
    except (ValidationError, KeyError, TypeError) as error:
        reason = f"the evidence of the child could not be read: {type(error).__name__}"
        said.broken = reason
    outcome, reason = _outcome(said, ended, probe)
    return Evidence(
        digest=probe.digest,
        environment=environment,
        outcome=outcome,
        reason=reason,
        raised=said.raised,
        expectations=said.expectations,
        claim=said.claim,
        observe=said.observe,
        values=said.values,
        stdout=stdout.decode("utf-8", "backslashreplace"),
        stderr=stderr.decode("utf-8", "backslashreplace"),
        drew_random=said.drew_random,
        stub_weights=said.stub_weights,
        observed=Observed(
            exit_code=ended.exit_code,
            signal=ended.signal,
            cpu_seconds=ended.cpu_seconds,
            wall_seconds=ended.wall_seconds,
            peak_memory_mib=ended.peak_kib / 1024,
            cut_streams=ended.cut_streams,
        ),
    )


class _Said:
    """What the child has reported so far."""

    def __init__(self) -> None:
        self.phase = ""
        self.raised: Raise | None = None
        self.errno: int | None = None
        self.expectations: dict[str, Checked] = {}
        self.claim: Checked | None = None
        self.observe: Read | None = None
        self.values: dict[str, Read] = {}
        self.walls: list[tuple[Outcome, str]] = []
        self.drew_random = False
        self.stub_weights: tuple[str, ...] = ()
        self.missing = ""
        self.is_final = False
        self.broken = ""

    def hear(self, frame: Message) -> None:
        """Take in one frame."""
        match frame["frame"]:
            case "confined":
                pass
            case "phase":
                self.phase = str(frame["name"])
            case "raised":
                self.raised = self._raise(frame)
            case "expectation":
                self.expectations[str(frame["name"])] = self._checked(frame)
            case "claim":
                self.claim = self._checked(frame)
            case "observe":
                self.observe = self._read(frame)
            case "value":
                self.values[str(frame["name"])] = self._read(frame)
            case "missing":
                self.missing = str(frame["what"])
            case "final":
                self.drew_random = frame["drew_random"] is True
                self.stub_weights = tuple(map(str, frame["stub_weights"]))
                self.is_final = True
            case _:
                self.broken = "the child sent a frame of an unknown kind"

    def _raise(self, told: Any) -> Raise:
        raised = Raise(type=told["type"], message=told["message"], phase=told["phase"], line=told["line"])
        if wall := wall_behind(raised, told.get("errno")):
            self.walls.append(wall)
        return raised

    def _checked(self, told: Message) -> Checked:
        return Checked.model_validate(
            {
                "holds": told.get("holds"),
                "got": told.get("got"),
                "raised": self._raise(told["raised"]) if told.get("raised") else None,
                "sub_values": told.get("sub_values", ()),
            }
        )

    def _read(self, told: Message) -> Read:
        raised = self._raise(told["raised"]) if told.get("raised") else None
        return Read.model_validate({"value": told.get("value"), "raised": raised})


def wall_behind(raised: Raise, number: int | None) -> tuple[Outcome, str] | None:
    """Return the outcome and its reason if a wall of the sandbox, not the program, is behind an exception."""
    said = f"{raised.type}: {raised.message}" if raised.message else raised.type
    if raised.type == "MemoryError" or any(word in raised.message for word in _MEMORY_WORDS):
        return (
            Outcome.OUT_OF_MEMORY,
            f"{said} (during {raised.phase}); raise limits.memory_mib if it needs more",
        )
    if number in _WALL_ERRNOS or any(word in raised.message for word in _WALL_WORDS):
        hint = "probes may not write files unless they require scratch, nor open more than 256 descriptors"
        return Outcome.BLOCKED, f"{said} (during {raised.phase}); {hint}"
    return None


def _outcome(said: _Said, ended: Ended, probe: Probe) -> tuple[Outcome, str]:
    """Return how it ended, and why in words where that decides nothing."""
    where = f" during {said.phase}" if said.phase else ""
    if ended.killed_for is not None:
        return ended.killed_for, f"{ended.killed_because}{where}"
    if ended.status is None:
        return Outcome.SANDBOX_FAILED, f"the process that forks probes died{where}"
    if said.broken:
        return Outcome.SANDBOX_FAILED, said.broken
    if said.missing:
        return Outcome.NEEDS_ENVIRONMENT, said.missing
    if not said.is_final:
        return _unfinished(said, ended, probe, where)
    if said.walls:
        return said.walls[0]
    return (Outcome.RAISED if said.raised is not None else Outcome.RETURNED), ""


def _unfinished(said: _Said, ended: Ended, probe: Probe, where: str) -> tuple[Outcome, str]:
    limit = probe.limits.cpu_seconds
    if ended.signal == signal.SIGXCPU or (ended.signal == signal.SIGKILL and ended.cpu_seconds >= limit):
        return (
            Outcome.TIMED_OUT,
            f"used its {limit:g} s of CPU time{where}; raise limits.cpu_seconds if it needs more",
        )
    if said.phase == "" and not said.values and not probe.values:
        return Outcome.SANDBOX_FAILED, "the child ended before the program began"
    if ended.signal is not None:
        return Outcome.CRASHED, f"ended by {_signal_name(ended.signal)}{where}"
    return (
        Outcome.EXITED,
        f"the process ended itself with status {ended.exit_code}{where}, without its last word",
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

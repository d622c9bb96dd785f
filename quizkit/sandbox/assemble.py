"""Frames and a wait status -> Evidence. Pure: the parent labels here what child and supervisor said.

Invariant: `returned` and `raised` need the final frame and every frame that must stand before it; everything doubtful
is an outcome that decides nothing.
"""

import signal
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from quizkit.model.evidence import Checked, Evidence, Observed, Outcome, Raise, Read
from quizkit.model.probe import Probe
from quizkit.sandbox.refusals import THREAD_WORDS
from quizkit.sandbox.walls import Label, wall_behind
from quizkit.sandbox.wire import BROKEN_STATUS, MESSAGE_LIMIT, Message, decode

_SIGKILL, _SIGXCPU = 9, 24
"""As Linux numbers them; Windows does not name them."""

_FIRST_PHASES: Final = ("syntax", "prelude")


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
    own = nonce.encode()
    found = (decode(line) for line in data.split(b"\n") if own in line)
    return [frame for frame in found if frame is not None and frame.get("nonce") == nonce]


def assemble(
    probe: Probe, environment: str, frames: Iterable[Message], ended: Ended, stdout: bytes, stderr: bytes
) -> Evidence:
    """Return the evidence of `probe`; frames that are not what they should be make it a fault of ours."""
    said = _Said(probe)
    try:
        for frame in frames:
            said.hear(frame)
        evidence = _evidence(said, environment, ended, stdout, stderr)
        evidence.model_dump_json()  # What cannot be kept, such as half a character, is no evidence.
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        said = _Said(probe)
        said.broken = f"the evidence of the child could not be read: {type(error).__name__}"
        evidence = _evidence(said, environment, ended, stdout, stderr)
    return evidence


def _evidence(said: "_Said", environment: str, ended: Ended, stdout: bytes, stderr: bytes) -> Evidence:
    probe = said.probe
    outcome, reason = _outcome(said, ended, probe, stderr)
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

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.heard = 0
        self.phases: list[str] = []
        self.raised: Raise | None = None
        self.expectations: dict[str, Checked] = {}
        self.claim: Checked | None = None
        self.observe: Read | None = None
        self.values: dict[str, Read] = {}
        self.walls: list[Label] = []
        self.fault: Label | None = None
        self.drew_random = False
        self.stub_weights: tuple[str, ...] = ()
        self.missing = ""
        self.is_final = False
        self.broken = ""

    @property
    def phase(self) -> str:
        """The phase that was begun last."""
        return self.phases[-1] if self.phases else ""

    @property
    def awaited(self) -> tuple[str, ...]:
        """The phases of the probe's program, in order."""
        return (*_FIRST_PHASES, *(part.phase for part in self.probe.parts)) if not self.probe.values else ()

    def hear(self, frame: Message) -> None:
        """Take in one frame."""
        kind = frame["frame"]
        is_first = self.heard == 0
        belongs = kind in ("confined", "fault") if is_first else kind != "confined"
        if self.is_final or not belongs:
            raise ValueError("a frame that does not belong here")
        match kind:
            case "confined":
                pass
            case "phase":
                self._begin(frame["name"])
            case "raised":
                _once(self.raised)
                self.raised = self._raise(frame)
            case "expectation":
                self._named(self.expectations, self.probe.expectations, frame["name"], self._checked(frame))
            case "claim":
                _once(self.claim)
                self.claim = self._checked(frame)
            case "observe":
                _once(self.observe)
                self.observe = self._read(frame)
            case "value":
                self._named(self.values, self.probe.values, frame["name"], self._read(frame))
            case "missing":
                self.missing = _text(frame["what"])
            case "fault":
                wall = None if is_first else wall_behind(frame)
                self.fault = wall or (Outcome.SANDBOX_FAILED, f"the harness failed: {_exception(frame)}")
            case "final":
                self._end(frame)
            case _:
                raise ValueError("a frame of an unknown kind")
        self.heard += 1

    def _begin(self, name: str) -> None:
        if self.raised is not None or name != self.awaited[len(self.phases)]:
            raise ValueError("a phase out of order")
        self.phases.append(name)

    def _end(self, frame: Message) -> None:
        if frame["frames"] != self.heard:
            self.broken = "some of the evidence of the child was lost"
        self.drew_random = frame["drew_random"] is True
        self.stub_weights = tuple(map(_text, frame["stub_weights"]))
        self.is_final = True

    def _named(self, kept: dict[str, Any], asked: dict[str, str], name: str, told: Checked | Read) -> None:
        if name not in asked or name in kept:
            raise ValueError("a name that was not asked for")
        kept[name] = told

    def _raise(self, told: Message) -> Raise:
        raised = Raise(type=told["type"], message=told["message"], phase=told["phase"], line=told["line"])
        if wall := wall_behind(told):
            self.walls.append(wall)
        return raised

    def _checked(self, told: Message) -> Checked:
        raised = self._raise(told["raised"]) if told.get("raised") else None
        return Checked.model_validate(
            {
                "holds": None if raised else told["holds"],
                "got": None if raised else told["got"],
                "raised": raised,
                "sub_values": told["sub_values"],
            }
        )

    def _read(self, told: Message) -> Read:
        if told.get("raised"):
            return Read(raised=self._raise(told["raised"]))
        return Read.model_validate({"value": told["value"]})

    def lacking(self) -> str:
        """Return what must stand before a final frame and does not."""
        returned = self.raised is None
        if returned and tuple(self.phases) != self.awaited:
            return "a phase"
        if returned and self.expectations.keys() != self.probe.expectations.keys():
            return "an expectation"
        if (self.claim is None) != (self.probe.claim is None):
            return "the claim"
        if returned and (self.observe is None) != (self.probe.observe is None):
            return "what was observed"
        return "" if self.values.keys() == self.probe.values.keys() else "a value"


def _once(earlier: object) -> None:
    if earlier is not None:
        raise ValueError("a frame that came before")


def _text(told: object) -> str:
    """Return what the child says as text that can be kept, bounded."""
    return str(told)[:MESSAGE_LIMIT].encode("utf-8", "backslashreplace").decode("utf-8")


def _exception(told: Message) -> str:
    return _text(f"{told['type']}: {told['message']}")


def _outcome(said: _Said, ended: Ended, probe: Probe, stderr: bytes) -> Label:
    """Return how it ended, and why in words where that decides nothing."""
    where = f" during {said.phase}" if said.phase else ""
    if ended.killed_for is not None:
        return ended.killed_for, f"{ended.killed_because}{where}"
    if ended.status is None:
        return Outcome.SANDBOX_FAILED, f"the process that forks probes died{where}"
    if said.broken:
        return Outcome.SANDBOX_FAILED, said.broken
    if said.fault is not None:
        return said.fault
    if not said.is_final:
        return _unfinished(said, ended, probe, stderr, where)
    if said.missing:
        return Outcome.NEEDS_ENVIRONMENT, said.missing
    if said.walls:
        return said.walls[0]
    if lacking := said.lacking():
        return Outcome.SANDBOX_FAILED, f"the evidence of the child lacks {lacking}"
    return (Outcome.RAISED if said.raised is not None else Outcome.RETURNED), ""


def _unfinished(said: _Said, ended: Ended, probe: Probe, stderr: bytes, where: str) -> Label:
    limit = probe.limits.cpu_seconds
    if ended.signal == _SIGXCPU or (ended.signal == _SIGKILL and ended.cpu_seconds >= limit):
        return (
            Outcome.TIMED_OUT,
            f"used its {limit:g} s of CPU time{where}",
        )
    if said.heard == 0:
        return Outcome.SANDBOX_FAILED, "the child ended before the program began"
    if ended.exit_code == BROKEN_STATUS:
        return Outcome.SANDBOX_FAILED, f"the channel for evidence broke{where}"
    if ended.signal is not None:
        return Outcome.CRASHED, f"ended by {_signal_name(ended.signal)}{where}"
    if THREAD_WORDS.encode() in stderr:
        return (
            Outcome.OUT_OF_MEMORY,
            f"it has no memory for the threads that it wants{where}; say so in limits.threads",
        )
    return Outcome.EXITED, f"the process ended itself with status {ended.exit_code}{where}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

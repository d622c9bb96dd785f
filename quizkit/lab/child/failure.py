"""Why a run cannot go on, in words for the person who started it.

Invariant: whatever escapes from a run becomes one `RunError`: what is wrong, what to do, and the line of the
solution if it happened there. Only a fault of ours is `internal`.
"""

import errno
import math
import traceback
from typing import Any, Final

import torch

from quizkit.lab.atomic import FULL
from quizkit.sandbox.refusals import MEMORY_WORDS, WORDS

_TRAIN_GENTLY: Final = (
    "use a smaller learning rate, by --learning-rate or the `lr` that the solution sets, and look at how the "
    "solution normalises images"
)
_BEGIN_FINITE: Final = (
    "look at the numbers that `prepare` puts into the network, and at what it has the network do: no step has been "
    "taken yet"
)


class RunError(Exception):
    """The run cannot go on. `phase` is one of those of the `run-failed` event."""

    epoch: int | None = None
    """The epoch it happened in, if it happened in one."""

    def __init__(self, phase: str, what: str, remedy: str, file: str | None = None, line: int | None = None) -> None:
        super().__init__(what)
        self.phase, self.what, self.remedy, self.file, self.line = phase, what, remedy, file, line

    def facts(self) -> dict[str, Any]:
        """Return what the `run-failed` event says."""
        return {
            "phase": self.phase, "what": self.what, "remedy": self.remedy, "file": self.file, "line": self.line,
            "epoch": self.epoch,
        }  # fmt: skip


class NotFiniteError(RunError):
    """A loss is no finite number any more. `epoch` is 0 before training."""

    def __init__(self, what: str, loss: float, epoch: int) -> None:
        when, remedy = (f"in epoch {epoch}", _TRAIN_GENTLY) if epoch else ("before training", _BEGIN_FINITE)
        super().__init__("training", f"the {what} is not finite: it is {loss} {when}", remedy)
        self.epoch = epoch


def finite(what: str, loss: float, epoch: int) -> float:
    """Return a loss. Raises NotFiniteError if it is not finite."""
    if not math.isfinite(loss):
        raise NotFiniteError(what, loss, epoch)
    return loss


def told(error: BaseException) -> str:
    """Return an exception as Python ends a traceback, on one line."""
    return " ".join(traceback.format_exception_only(error)[-1].split())


def line_in(error: BaseException, file: str) -> int | None:
    """Return the innermost line of `file` that an exception passed through; None if it passed through none."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def explained(error: BaseException, solution: str) -> RunError:
    """Return an exception that nobody foresaw as a `RunError`; `solution` is the path of the solution's file."""
    if isinstance(error, RunError):
        return error
    line = line_in(error, solution)
    if is_out_of_memory(error):
        remedy, place = "use a smaller --batch-size, or close what else runs", solution if line is not None else None
        return RunError("memory", f"memory ran out: {told(error)}", remedy, place, line)
    if isinstance(error, OSError) and error.errno in FULL:
        return RunError(
            "disk", f"the disk is full: {told(error)}", "free some space, then give the same command again"
        )
    if line is not None:
        return RunError("solution", told(error), "correct this line, then check again", solution, line)
    if isinstance(error, OSError) and error.filename is not None:
        what = f"{error.filename} cannot be read or written: {error.strerror}"
        return RunError("disk", what, "look at its permissions and its disk, then give the same command again")
    where = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" at {frame.filename}:{frame.lineno}" for frame in where)
    return RunError("internal", f"{told(error)}{place}", "this is a fault of quizkit: please report it")


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an exception means that memory, of the machine or of the device, did not suffice."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    return isinstance(error, RuntimeError) and any(word in str(error) for word in MEMORY_WORDS)


def is_refusal(error: BaseException) -> bool:
    """Say whether the machine or a wall of the sandbox is behind an exception: then it says nothing of a network."""
    step: BaseException | None = error
    seen: list[BaseException] = []
    while step is not None and not any(step is each for each in seen):
        seen.append(step)
        if isinstance(step, OSError) or is_out_of_memory(step):
            return True
        if isinstance(step, RuntimeError | ImportError) and any(word in str(step) for word in WORDS):
            return True
        step = step.__cause__ or step.__context__
    return False

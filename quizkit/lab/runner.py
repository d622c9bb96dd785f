"""A run's configuration -> its events, from a child process that is watched until it ends.

Invariant: the events of a run end in exactly one `run-finished` or `run-failed`, whatever becomes of the child; and
however a consumer stops listening, by Ctrl-C or by closing the iterator, nothing is left running.
"""

import errno
import queue
import re
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from pydantic import TypeAdapter, ValidationError

from quizkit.lab.process import TrainingProcess
from quizkit.model.run import RunConfig
from quizkit.model.run_event import RunEvent, RunFailed, RunFinished
from quizkit.sandbox.refusals import MEMORY_WORDS, THREAD_WORDS

CHILD: Final = (sys.executable, "-I", str(Path(__file__).resolve().parent / "child" / "main.py"))
"""The training program."""

_LOOK_SECONDS: Final = 0.25
"""Time between two looks at a silent child."""
_LAST_WORDS_SECONDS: Final = 5.0
"""How long a child whose time is up may take to say where it is."""
_EVENT: Final[TypeAdapter[RunEvent]] = TypeAdapter(RunEvent)
_MEMORY_SHARE: Final = 0.9
_LESS_MEMORY: Final = "use a smaller --batch-size, or close what else runs"
_STARVED: Final = (
    *MEMORY_WORDS,
    THREAD_WORDS,
    "MemoryError",
    "failed to map segment from shared object",
    "OpenBLAS error: Memory allocation still failed",
)
"""Last words of a process without the memory to tell anything else: Python's, C++'s, the loader's and numpy's."""
_SIGKILL: Final = 9
"""Windows has no name for it, and no process that ends by it."""


@dataclass(frozen=True)
class Bounds:
    """How long a run may take and what it may use."""

    seconds: float = 3600
    """Wall time in all."""
    start_seconds: float = 300
    """Wall time until the first event: importing torch from a cold disk is slow."""
    silent_seconds: float = 120
    """Wall time without any event, progress included: a solution that says nothing for so long hangs."""
    memory: int | None = None
    """Bytes that it and all it starts may take; None is nine tenths of what the machine has to spare."""
    is_stopped: Callable[[], bool] = lambda: False
    """Asked several times a second; once it is true, the run ends as by Ctrl-C."""


def run(
    config: RunConfig, bounds: Bounds, *, has_low_priority: bool = False, command: Sequence[str] = CHILD
) -> Generator[RunEvent, None, None]:
    """Yield the events of a run as they come. What the child prints is put into `output.txt` in the run's folder."""
    folder = Path(config.folder)
    # A run that is gone on with may have crashed before: that is no news of this process.
    _crash_file(config).unlink(missing_ok=True)
    try:
        child = TrainingProcess(command, config.model_dump_json().encode(), folder, has_low_priority=has_low_priority)
    except OSError as error:
        yield _unstarted(error)
        return
    try:
        with closing(child):
            yield from _heard(child, bounds, config)
    finally:
        # Nothing is decided by it, so a disk that has no room for it changes no conclusion.
        with suppress(OSError):
            if output := child.output:
                (folder / "output.txt").write_bytes(output)


def _heard(child: TrainingProcess, bounds: Bounds, config: RunConfig) -> Iterator[RunEvent]:
    watch = _Watch(child, bounds)
    while (failure := watch.trouble()) is None:
        if bounds.is_stopped():
            raise KeyboardInterrupt
        try:
            line = child.lines.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            if child.is_running:
                continue
            line = None
        if line is None:
            yield _ended(child, config)
            return
        event = _read(line)
        watch.heard()
        yield event
        if isinstance(event, RunFinished | RunFailed):
            child.status()
            return
    yield failure if failure.phase == "memory" else _last_words(child, failure)


class _Watch:
    """Notices when a child takes too long or too much."""

    def __init__(self, child: TrainingProcess, bounds: Bounds) -> None:
        self._child, self._bounds = child, bounds
        self._memory = bounds.memory or int(psutil.virtual_memory().available * _MEMORY_SHARE)
        self._start = self._last = self._looked = time.monotonic()
        self._is_up = False

    def heard(self) -> None:
        """Take note that it said something."""
        self._last, self._is_up = time.monotonic(), True

    def trouble(self) -> RunFailed | None:
        """Return why it must be stopped, if it must."""
        now, bounds = time.monotonic(), self._bounds
        silent = bounds.silent_seconds if self._is_up else bounds.start_seconds
        if now - self._start > bounds.seconds:
            return _late(f"the run was stopped after {bounds.seconds:g} s, the most it may take")
        if now - self._last > silent:
            return _late(f"the run was stopped: nothing was heard of it for {silent:g} s")
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            if (taken := self._child.memory()) > self._memory:
                what = f"the run took {taken / 2**30:.1f} GiB of memory, more than {self._memory / 2**30:.1f} GiB"
                return RunFailed(phase="memory", what=what, remedy=_LESS_MEMORY)
        return None


def _late(what: str) -> RunFailed:
    return RunFailed(phase="deadline", what=what, remedy="look for a loop that does not end, or use fewer --epochs")


def _last_words(child: TrainingProcess, failure: RunFailed) -> RunFailed:
    """Return the failure, with the line that the child says it was at when it was told that its time is up."""
    child.ask(signal.SIGTERM)
    until = time.monotonic() + _LAST_WORDS_SECONDS
    while (left := until - time.monotonic()) > 0:
        try:
            line = child.lines.get(timeout=left)
        except queue.Empty:
            break
        if line is None:
            break
        event = _read(line)
        if isinstance(event, RunFailed) and event.phase == "deadline":
            where = {"file": event.file, "line": event.line}
            return failure.model_copy(update=where)
    return failure


def _read(line: bytes) -> RunEvent:
    try:
        return _EVENT.validate_json(line)
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
        return _fault(f"the training process told something that is no event of a run ({told})")


def _ended(child: TrainingProcess, config: RunConfig) -> RunFailed:
    """Return what became of a child that ended without saying so."""
    status = child.status()
    child.close()  # Only then all that it has printed is read.
    if status == -_SIGKILL:
        what = "the training process was killed, as systems do when memory runs out"
        return RunFailed(phase="memory", what=what, remedy=_LESS_MEMORY)
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
    crash = _crash(config)
    if crash is not None and (line := _line_in(crash, config.solution)) is not None:
        what, remedy = f"native code crashed here, with {how}", "look at what this line passes on, then check again"
        return RunFailed(phase="solution", what=what, remedy=remedy, file=config.solution, line=line)
    last = child.output.decode("utf-8", "backslashreplace").strip().rpartition("\n")[2].strip()
    if any(word in last for word in _STARVED):
        return RunFailed(phase="memory", what=f"memory ran out: {last}", remedy=_LESS_MEMORY)
    said = f"; it said last: {last}" if last else ""
    if status >= 0 and crash == "":
        what = f"the solution ends the training process, with {how}{said}"
        remedy = "leave out what ends the process, such as os._exit: a function of a solution returns"
        return RunFailed(phase="solution", what=what, remedy=remedy, file=config.solution)
    return _fault(f"the training process ended early, with {how}{said}")


def _crash_file(config: RunConfig) -> Path:
    """Return where the child has a crash in native code written: it is there, and empty, while a solution is run."""
    return Path(config.folder) / "crash.txt"


def _crash(config: RunConfig) -> str | None:
    """Return what faulthandler wrote of a crash, nothing if there was none; None if no solution was being run."""
    try:
        return _crash_file(config).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _line_in(crash: str, solution: str) -> int | None:
    """Return the innermost line of the solution in what faulthandler wrote, if there is one."""
    # The most recent call comes first; what is not ASCII in a name is escaped there as here.
    file = re.escape(solution.encode("ascii", "backslashreplace").decode())
    found = re.search(rf'^  File "{file}", line (\d+) in', crash.partition("Current thread")[2], re.MULTILINE)
    return int(found[1]) if found else None


def _unstarted(error: OSError) -> RunFailed:
    what = f"the training process cannot be started: {error.strerror or error}"
    if error.errno in (errno.ENOMEM, errno.EAGAIN):
        return RunFailed(phase="memory", what=what, remedy="close what else runs, then give the same command again")
    return _fault(what)


def _fault(what: str) -> RunFailed:
    return RunFailed(phase="internal", what=what, remedy="`quizkit runs ID` shows where its output is kept")

"""Processes below this one: none is left behind, whoever dies first. Used by keeper, zygote and worker.

Invariant: an orphan always has an ancestor here that adopts it, and is killed when the process it came from is gone.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Final

assert sys.platform == "linux"

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)
_INHERITED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD, signal.SIGXCPU)
"""Signals that whoever started quizkit may have ignored: that is inherited, and would change what programs see."""


def prctl(option: int, value: int) -> None:
    """Set an attribute of this process. Raises OSError."""
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl({option}): {os.strerror(error)}")


def adopt_orphans() -> None:
    """Make this process the parent of every orphan below it."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the process `parent` dies; exit if it is dead already."""
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def reset_signals() -> None:
    """Undo what was inherited: no signal is blocked, and those that a shell may have ignored are not."""
    for number in _INHERITED:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def children() -> list[int]:
    """Return the processes that this one, which has one thread, is the parent of. Raises OSError."""
    own = os.getpid()
    return [int(pid) for pid in Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii").split()]


def kill_children(spared: frozenset[int] = frozenset()) -> None:
    """Kill every child that is not spared; what they leave behind becomes a child here and is killed as well."""
    while strays := [pid for pid in children() if pid not in spared]:
        for pid in strays:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                continue

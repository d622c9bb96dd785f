"""What a child takes away from itself before foreign text is compiled.

Invariant: every layer that was applied is named in the evidence; a layer that cannot be applied raises, and the
probe ends as a fault of the sandbox. First form: resource limits and containment of what the snippet starts;
file system and system calls are not confined yet, so confinement is not full and foreign content needs --trust.
"""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final

assert sys.platform == "linux"

LAYERS: Final = ("rlimits", "session", "no-new-privileges", "parent-death")
"""The layers that are applied, in this form."""

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_MIB: Final = 1024 * 1024
_SCRATCH_FILE_BYTES: Final = 256 * _MIB
_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl({option}): {os.strerror(error)}")


def adopt_orphans() -> None:
    """Make this process the parent of every orphan below it, so that none escapes its sweep."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent` dies; exit if it is dead already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _own_address_space() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def confine(*, cpu_seconds: float, memory_mib: int, has_scratch: bool) -> list[str]:
    """Apply every layer to this process and return their names.

    Memory is on top of what the process has now. CPU time is rounded up to whole seconds, as the kernel counts it.
    """
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    cpu = max(1, int(-(-cpu_seconds // 1)))
    space = _own_address_space() + memory_mib * _MIB
    limits = {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_AS: (space, space),
        resource.RLIMIT_NOFILE: (256, 256),
        resource.RLIMIT_FSIZE: (_SCRATCH_FILE_BYTES, _SCRATCH_FILE_BYTES) if has_scratch else (0, 0),
    }
    for which, limit in limits.items():
        resource.setrlimit(which, limit)
    return list(LAYERS)

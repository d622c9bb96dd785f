"""What a child takes away from itself before foreign text is compiled.

Invariant: every layer that was applied is named in the evidence; a layer that cannot be applied raises, and the
probe ends as a fault of the sandbox. First form: resource limits and containment of what the snippet starts;
file system and system calls are not confined yet, so confinement is not full and foreign content needs --trust.
"""

import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import Final

from quizkit.sandbox import processes

assert sys.platform == "linux"

LAYERS: Final = ("rlimits", "session", "no-new-privileges", "capabilities", "parent-death")
"""The layers that are applied, in this form."""

_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_READ_SEARCH = 2
"""Kept where it is held: root may run an installation that lies in another user's home."""
_MIB: Final = 1024 * 1024
_SCRATCH_FILE_BYTES: Final = 256 * _MIB
_THREAD_MIB: Final = 160
"""Address space that a further thread takes for its stack and its heap, before it does anything."""
_RESERVE: Final = 64 * _MIB
"""Memory beyond the budget, with which a child can still say that it ran out of it."""
_libc = ctypes.CDLL(None, use_errno=True)


def confine(*, cpu_seconds: float, memory_mib: int | None, threads: int, has_scratch: bool) -> tuple[str, ...]:
    """Apply every layer to this process and return their names. Raises OSError if one cannot be applied.

    Memory is on top of what the process has now; None leaves it open, for CUDA reserves far more address space than
    it uses. CPU time is rounded up to whole seconds, as the kernel counts it.
    """
    processes.prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _drop_capabilities()
    cpu = max(1, int(-(-cpu_seconds // 1)))
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, cpu, cpu + 1)
    _limit(resource.RLIMIT_NOFILE, 256)
    _limit(resource.RLIMIT_FSIZE, _SCRATCH_FILE_BYTES if has_scratch else 0)
    if memory_mib is not None:
        space = _own_address_space() + (memory_mib + _THREAD_MIB * (threads - 1)) * _MIB
        _limit(resource.RLIMIT_AS, space, space + _RESERVE)
    return LAYERS


def open_reserve() -> None:
    """Allow this process the memory that was kept back for its last words."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, or a lower one that is in force already: whoever started quizkit may have set it."""
    _, ceiling = resource.getrlimit(which)
    top = soft if hard is None else hard
    top = top if ceiling == resource.RLIM_INFINITY else min(top, ceiling)
    resource.setrlimit(which, (min(soft, top), top))


def _own_address_space() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


def _drop_capabilities() -> None:
    """Give up all privileges of root over files, processes and the system, but to read."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 capabilities
    _checked(_libc.capget(header, sets))
    kept = sets[1] & (1 << _CAP_DAC_READ_SEARCH)
    sets[:] = [kept, kept, 0, 0, 0, 0]
    _checked(_libc.capset(header, sets))


def _checked(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"capabilities: {os.strerror(error)}")

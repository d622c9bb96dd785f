"""What a child takes away from itself before foreign text is compiled.

Invariant: every layer that was applied is named in the evidence; a layer that cannot be applied raises, and the
probe ends as a fault of the sandbox. A layer that this kernel or architecture does not have is not among those that
are available; confinement is then not full, and foreign content is not run without --trust.
"""

import os
import resource
import sys
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import Final

from quizkit.sandbox.confine import landlock, privileges, seccomp, view
from quizkit.sandbox.wire import Message

assert sys.platform == "linux"

_ALWAYS: Final = ("rlimits", "session", "no-new-privileges", "capabilities", "parent-death")
"""Layers that every supported kernel has."""
_IF_AVAILABLE: Final = ("landlock", "seccomp")

_MIB: Final = 1024 * 1024
_SCRATCH_FILE_BYTES: Final = 256 * _MIB
_DESCRIPTORS: Final = 256
_STACK_BYTES: Final = 8 * _MIB
_TASKS: Final = 4096
"""Threads that all probes of a user may have together, beyond what the user's other programs have now. It is far
from what harms a machine, and also from what those programs will have later."""

_THREAD_MIB: Final = 160
"""Address space that a further thread takes for its stack and its heap, before it does anything."""
_RESERVE: Final = 64 * _MIB
"""Memory beyond the budget, with which a child can still say that it ran out of it."""


def available_layers() -> tuple[str, ...]:
    """Return the names of the layers that are applied here. Nothing is started or changed to find out."""
    is_there = (landlock.version() > 0, seccomp.is_available())
    return (*_ALWAYS, *compress(_IF_AVAILABLE, is_there))


def get_ready() -> None:
    """Do in the zygote what its children then need not do. Raises OSError."""
    privileges.empty_other_sets()
    view.shared()
    seccomp.prepare()
    _tasks_now()


def apply(job: Message) -> tuple[str, ...]:
    """Confine this process as a job asks, and return the names of all that was applied. Raises as `confine`."""
    limits, requires = job["probe"]["limits"], job["probe"]["requires"]
    return confine(
        job["layers"],
        cpu_seconds=limits["cpu_seconds"],
        memory_mib=None if "cuda" in requires else limits["memory_mib"],
        threads=limits["threads"],
        folder=Path(job["folder"]),
        is_scratch="scratch" in requires,
        weights=Path(os.environ["TORCH_HOME"]) if "weights" in requires else None,
    )


def confine(
    layers: Sequence[str],
    *,
    cpu_seconds: float,
    memory_mib: int | None,
    threads: int,
    folder: Path,
    is_scratch: bool,
    weights: Path | None,
) -> tuple[str, ...]:
    """Apply what every kernel has and these layers to this process, and return the names of all that was applied.

    Memory is on top of what the process has now; None leaves it open, for CUDA reserves far more address space than
    it uses. CPU time is rounded up to whole seconds, as the kernel counts it. `folder` is the one the probe has to
    itself, and `weights` where torch keeps downloaded files, if it may read them. Raises OSError for a layer that
    cannot be applied, KeyError for an architecture whose system calls are not known, ValueError for a layer that is
    not known.
    """
    if unknown := set(layers).difference(_ALWAYS, _IF_AVAILABLE):
        raise ValueError(f"no such layers: {', '.join(sorted(unknown))}")
    applied = list(_ALWAYS)
    privileges.drop_capabilities()
    privileges.forgo_new()
    _limit_resources(cpu_seconds, is_scratch)
    if memory_mib is not None:
        space = _own_address_space() + (memory_mib + _THREAD_MIB * (threads - 1)) * _MIB
        _limit(resource.RLIMIT_AS, space, space + _RESERVE)
    if "landlock" in layers:
        landlock.restrict(view.grants(folder, is_scratch=is_scratch, weights=weights), landlock.version())
        applied.append("landlock")
    if "seccomp" in layers:
        seccomp.install()
        applied.append("seccomp")
    return tuple(applied)


def open_reserve() -> None:
    """Allow this process the memory that was kept back for its last words."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _limit_resources(cpu_seconds: float, is_scratch: bool) -> None:
    cpu = max(1, int(-(-cpu_seconds // 1)))
    # With 0, a crash would still be piped to the system's handler of core dumps; 1 byte holds none.
    _limit(resource.RLIMIT_CORE, 1)
    _limit(resource.RLIMIT_CPU, cpu, cpu + 1)
    _limit(resource.RLIMIT_NOFILE, _DESCRIPTORS)
    _limit(resource.RLIMIT_FSIZE, _SCRATCH_FILE_BYTES if is_scratch else 0)
    _limit(resource.RLIMIT_STACK, _STACK_BYTES)
    _limit(resource.RLIMIT_MEMLOCK, 0)
    _limit(resource.RLIMIT_MSGQUEUE, 0)
    _limit(resource.RLIMIT_NPROC, _tasks_now() + _TASKS)


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, or a lower one that is in force already: whoever started quizkit may have set it."""
    _, ceiling = resource.getrlimit(which)
    top = soft if hard is None else hard
    top = top if ceiling == resource.RLIM_INFINITY else min(top, ceiling)
    resource.setrlimit(which, (min(soft, top), top))


def _own_address_space() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


@lru_cache(maxsize=1)
def _tasks_now() -> int:
    """Return how many threads this user has. For root, whose threads the kernel does not limit, none is counted."""
    own = os.getuid()
    return sum(_threads(process, own) for process in Path("/proc").glob("[0-9]*")) if own else 0


def _threads(process: Path, owner: int) -> int:
    try:
        return len(list((process / "task").iterdir())) if process.stat().st_uid == owner else 0
    except OSError:
        return 0  # It has ended.

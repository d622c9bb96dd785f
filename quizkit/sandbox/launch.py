"""What every child process of the sandbox is started with, how long it may take, and what to do if none starts."""

import errno
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from quizkit.errors import SandboxError
from quizkit.model.probe import Probe

ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Fresh memory is filled with a pattern, or torch.empty would pass for torch.zeros.
    # And it comes in huge pages where the kernel has them: a tensor's pages are asked for one by one otherwise.
    # Threads share two arenas: one each, as glibc has it, takes 64 MiB of the address space that a probe is allowed.
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.hugetlb=1:glibc.malloc.arena_max=2",
    # The order of a set of strings rests on it: the same every time, or a key would be right on one day only.
    "PYTHONHASHSEED": "0",
}
"""The whole environment of a child, beside what it is given for its job."""

_COMPILING: Final = re.compile(r"optim\b|optimizer|SGD|Adam|compile|dynamo|checkpoint|\bmeta\b")
"""Words of programs for which torch imports its compiler: for any optimizer, and for random numbers on `meta`."""

WALL_FACTOR: Final = 6
"""Wall time over CPU time: a slow machine is not a wrong key."""


def command(script: Path, *arguments: str) -> list[str]:
    """Return what starts a child: as isolated as `-I` makes it, but that it heeds `PYTHONHASHSEED`.

    No other variable can reach it: `ENVIRONMENT`, and what its job needs besides, is all that it is given.
    """
    return [sys.executable, "-s", "-P", str(script), *arguments]


def may_compile(probe: Probe) -> bool:
    """Say whether torch will probably import its compiler for the program. A wrong guess costs time and no more."""
    return any(_COMPILING.search(part.source) for part in probe.parts)


def torch_home() -> dict[str, str]:
    """Return where torch keeps downloaded weights, for probes that require real ones; nothing without a home."""
    try:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return {}
    return {"TORCH_HOME": os.environ.get("TORCH_HOME") or str(cache / "torch")}


def not_started(error: OSError) -> SandboxError:
    """Return in words what keeps a probe from being started, and what to do about it."""
    return SandboxError(f"a probe could not be started: {error}; {_remedy(error)}")


def _remedy(error: OSError) -> str:
    """Return what to do where descriptors, memory, processes or a place for folders are lacking."""
    match error.errno:
        case errno.EMFILE | errno.ENFILE:
            return "close other programs, lower --jobs, or raise the limit of open files (ulimit -n)"
        case errno.ENOMEM | errno.EAGAIN:
            return "close other programs, or lower --jobs"
        case errno.ENOSPC | errno.EDQUOT:
            return f"make room in {tempfile.gettempdir()}, or name another folder in TMPDIR"
        case _:
            return "name a folder that can be written in TMPDIR, and see `quizkit doctor`"

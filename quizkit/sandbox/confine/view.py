"""What a probe can read: Python, torch and the system's libraries, and a few facts about the machine.

Invariant: nothing of anyone's own is in here: no home, no temporary folder, no checkout, no settings with secrets.
That is why `sys.path` is not asked: an editable installation puts a whole checkout on it, credentials included.
"""

import site
import sys
import sysconfig
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

if sys.platform == "linux":  # To a type checker for another platform, that module is empty.
    from quizkit.sandbox.confine.landlock import READ, WRITE, Access

assert sys.platform == "linux"

_SYSTEM: Final = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/nix/store", "/gnu/store",
    "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/i18n",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/etc/locale.alias", "/etc/mime.types", "/etc/os-release",
)  # fmt: skip
_MACHINE: Final = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/version",
    "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup/cpu.max",
)  # fmt: skip
_OWN: Final = ("cmdline", "comm", "limits", "maps", "smaps", "smaps_rollup", "stat", "statm", "status", "cgroup")
"""Files about the process itself; its memory, environment, mounts and network are not among them."""

_CODE: Final = ("torch", "torchvision", "numpy", "quizkit.observe", "quizkit.sandbox", "quizkit.lab")
"""Packages that may lie elsewhere than they are found: linked into a cache, or in a checkout."""

Grants = list[tuple[str, int]]
"""Paths, and what may be done to what is below them: a number of `landlock.Access`."""


def grants(folder: Path, *, is_scratch: bool, weights: Path | None) -> Grants:
    """Return what a probe may do to which paths; `folder` is its own, and `weights` where torch keeps files."""
    found = [*shared(), (str(folder), int(WRITE if is_scratch else READ))]
    if weights is not None:
        found.append((str(weights / "hub" / "checkpoints"), int(READ)))
    return found


@lru_cache(maxsize=1)
def shared() -> Grants:
    """Return what is the same for every probe. `/proc/self` is whoever it is granted to."""
    read, write, look = int(Access.READ_FILE), int(Access.WRITE_FILE), int(Access.READ_DIR)
    readable = _outermost([*map(Path, (*_SYSTEM, *_MACHINE)), *_python()])
    return [
        *((str(path), int(READ) if path.is_dir() else read) for path in readable),
        # No /dev/urandom: what is drawn there follows no seed, and nobody would notice.
        ("/dev/zero", read),
        ("/dev/null", read | write),
        ("/proc/self", look),
        *((f"/proc/self/{name}", read) for name in _OWN),
    ]


def _python() -> list[Path]:
    """Return where the interpreter, the standard library and installed packages lie."""
    libraries = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    bases = [Path(base) / "lib" for base in (sys.base_prefix, sys.base_exec_prefix)]
    modules = [Path(spec.origin) for name in _CODE if (spec := find_spec(name)) and spec.origin]
    packages = [place.parent for module in modules for place in (module, module.resolve())]
    return [*map(Path, (*libraries, *site.getsitepackages(), sys.executable)), *bases, *packages]


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """Return the real paths that exist, without those that lie below another one."""
    kept: list[Path] = []
    for path in sorted({path.resolve() for path in paths if _is_there(path)}):
        if not kept or not path.is_relative_to(kept[-1]):
            kept.append(path)
    return kept


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except OSError:
        return False
    return True

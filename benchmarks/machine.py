"""The machine and the versions that a measurement belongs to."""

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

from benchmarks.figures import Machine
from quizkit.sandbox.environment import versions as environment_versions

ROOT: Final = Path(__file__).resolve().parents[1]
_TOOLS: Final = ("sybil", "pytest", "pytest-xdist")


def machine() -> Machine:
    """Return what this machine is, and how busy it is now."""
    return Machine(
        cpu=_cpu(),
        cores=psutil.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        load_before=round(psutil.getloadavg()[0], 2),
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def versions() -> dict[str, str]:
    """Return the versions of everything that is measured."""
    found = environment_versions()
    return {
        "quizkit": f"{version('quizkit')} ({_commit()})",
        "python": platform.python_version(),
        "torch": found["torch"],
        "torchvision": found["torchvision"],
        **{name: version(name) for name in _TOOLS},
    }


def _commit() -> str:
    """Return the commit that is measured, marked if files differ from it."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(git, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "no commit"

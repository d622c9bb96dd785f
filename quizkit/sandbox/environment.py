"""The environment id: what evidence depends on. One function for parent and child; imports no torch.

Versions are read from the packages' own `version.py`, since a package's metadata may lack the build tag.
"""

import os
import platform
import re
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

_VERSION = re.compile(r"^__version__\s*(?::\s*str\s*)?=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)


def cores() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def package_version(name: str) -> str | None:
    """Return the version that `name` states in its version.py, or None if it is not installed."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return None
    try:
        text = (Path(spec.origin).parent / "version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    match = _VERSION.search(text)
    return match.group(1) if match else None


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the versions evidence depends on; 'none' for a package that is not installed."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "torch": package_version("torch") or "none",
        "torchvision": package_version("torchvision") or "none",
        "platform": f"{sys.platform}-{platform.machine().lower()}",
    }


def environment_id() -> str:
    """Return one line that names this environment, as it stands in caches and locks."""
    found = versions()
    return f"python{found['python']} torch{found['torch']} torchvision{found['torchvision']} {found['platform']}"

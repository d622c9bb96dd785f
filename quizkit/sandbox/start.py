"""Start the sandbox this platform has."""

import sys

from quizkit.errors import SandboxError
from quizkit.model.confinement import Confinement
from quizkit.sandbox.pool import Pool


def can_sandbox() -> bool:
    """Say whether this platform has a sandbox at all."""
    return sys.platform == "linux"


def confinement() -> Confinement:
    """Return the layers that are applied to every probe here; nothing is started to find out."""
    if sys.platform == "linux":
        from quizkit.sandbox.confine import LAYERS

        return Confinement(layers=LAYERS)
    return Confinement(layers=())


def start_pool(jobs: int) -> Pool:
    """Return a pool that runs up to `jobs` probes at once; its zygote starts with the first probe.

    Raises SandboxError where there is no sandbox for the platform.
    """
    if sys.platform == "linux":
        from quizkit.sandbox.fork_pool import ForkPool

        return ForkPool(jobs)
    raise SandboxError(f"no sandbox for {sys.platform} yet: run quizkit on Linux, or in a Linux container")

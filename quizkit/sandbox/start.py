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
        from quizkit.sandbox.confine import available_layers

        return Confinement(layers=available_layers())
    return Confinement(layers=())


def start_pool(jobs: int, layers: tuple[str, ...] | None = None) -> Pool:
    """Return a pool that runs up to `jobs` probes at once; its zygote starts with the first probe.

    `layers` are those to apply beside what every kernel has: all there are here, if not given. Raises SandboxError
    where there is no sandbox for the platform.
    """
    if sys.platform == "linux":
        from quizkit.sandbox.fork_pool import ForkPool

        return ForkPool(jobs, confinement().layers if layers is None else layers)
    raise SandboxError(f"no sandbox for {sys.platform} yet: run quizkit on Linux, or in a Linux container")

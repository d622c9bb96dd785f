"""Start the sandbox this platform has: forked, confined processes on Linux, fresh interpreters elsewhere.

Invariant: what cannot confine says so before anything is run.
"""

import os
import sys
from typing import Final

from quizkit.errors import UsageError
from quizkit.model.confinement import Confinement
from quizkit.sandbox.pool import Pool

FORCED: Final = "QUIZKIT_SANDBOX"
"""Environment variable; `portable` chooses the portable sandbox where there is a better one."""


def is_portable() -> bool:
    """Say whether probes run in the portable sandbox here. Raises UsageError if another than that is asked for."""
    asked = os.environ.get(FORCED, "")
    if asked not in ("", "portable"):
        raise UsageError(f"{FORCED} is {asked!r}, and no sandbox has that name; say `portable`, or unset it")
    return sys.platform != "linux" or asked == "portable"


def confinement() -> Confinement:
    """Return the layers that are applied to every probe here; nothing is started to find out."""
    if sys.platform == "linux" and not is_portable():
        from quizkit.sandbox.confine import available_layers

        return Confinement(layers=available_layers())
    return Confinement(layers=())


def start_pool(jobs: int, layers: tuple[str, ...] | None = None) -> Pool:
    """Return a pool that runs up to `jobs` probes at once; nothing is started before the first probe.

    `layers` are those to apply beside what every kernel has: all there are here, if not given.
    """
    if sys.platform == "linux" and not is_portable():
        from quizkit.sandbox.fork_pool import ForkPool

        return ForkPool(jobs, confinement().layers if layers is None else layers)
    from quizkit.sandbox.portable_pool import PortablePool

    return PortablePool(jobs)

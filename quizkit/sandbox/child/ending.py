"""End a program as Python ends a script: wait for its threads, then run what it registered for the end.

Invariant: what a script prints after its last line, from a thread or by `atexit`, a program prints here, and all of
it is over before the evidence is complete.
"""

import atexit
import io
import sys
import threading
import weakref
from contextlib import suppress
from typing import Any, Final

_wait_for_threads: Final[Any] = vars(threading)["_shutdown"]
"""Also tells the threads of executors that nothing more will come."""
_run_registered: Final[Any] = vars(atexit)["_run_exitfuncs"]
_flush = io.TextIOWrapper.flush


def spare_what_is_loaded() -> None:
    """Have the end of a program leave alone what is there now: tidying up libraries takes longer than a probe."""
    for finalizer in vars(weakref.finalize)["_registry"]:
        finalizer.atexit = False


def end() -> None:
    """Do what Python does at the end of a script before it lets go of the script's objects."""
    _wait_for_threads()
    _run_registered()


def write_out(out: io.TextIOWrapper) -> None:
    """Write out what print has buffered: in `out`, the standard output that the program began with, and since."""
    for stream in (out, getattr(sys, "stdout", None), getattr(sys, "stderr", None)):
        # A stream of the snippet's own class, or one that it closed, loses only its own output.
        if type(stream) is io.TextIOWrapper or stream is out:
            with suppress(OSError, ValueError):
                _flush(stream)

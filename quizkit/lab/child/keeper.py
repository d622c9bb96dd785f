"""Nothing of a training outlives whoever listens to it: what was started watches over the process that trains.

On Linux the training goes on below two keepers, one above the other, which load nothing and adopt whatever is left
behind. What the lower one would leave if it were killed goes to the upper one, and the lower one notices the end of
the upper. Where that cannot be, a thread of the training looks whether the parent is still there.

Invariant: when the parent is gone, by whatever signal, or the training is, or a keeper, every process below is killed
at once, or without keepers those of its process group; and the started process ends as the training ended. Only who
kills both keepers at once leaves what the training has started and sent out of its process group.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

_FORWARDED = (signal.SIGINT, signal.SIGTERM)
_LOOK_SECONDS = 0.2


def stand_over(descriptor: int) -> None:
    """Return in the process that is to train; `descriptor` is the pipe whose other end the parent holds.

    Where it is a file or a terminal there is no other end, and nobody who could let go of it.
    """
    if sys.platform == "linux" and _can_keep():
        upper = os.pidfd_open(os.getpid())
        _fork_below(descriptor, [])
        lower = os.getpid()
        _fork_below(descriptor, [upper])
        processes.die_with_parent(lower)
        os.close(upper)
    elif sys.platform != "win32":
        # On macOS a fork without exec is not safe. On Windows the training ends with the next event it tells.
        threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()


if sys.platform == "linux":
    from quizkit.sandbox.child import processes

    def _can_keep() -> bool:
        """Say whether the kernel has all that it takes; an old or an emulated one has not."""
        try:
            os.close(os.pidfd_open(os.getpid()))
            processes.children()
            processes.adopt_orphans()
        except OSError:
            return False
        return True

    def _fork_below(pipe: int, above: Sequence[int]) -> None:
        """Return in a process below; this one keeps that until it is over, or one above, or nobody reads the pipe."""
        processes.adopt_orphans()
        # What comes before the handlers stand must wait, or it would reach nobody.
        signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
        below = os.fork()
        if below == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
            return
        for number in _FORWARDED:
            signal.signal(number, lambda number, _: os.kill(below, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
        _wait(pipe, [*above, os.pidfd_open(below)])
        for number in _FORWARDED:
            signal.signal(number, signal.SIG_IGN)
        with suppress(ProcessLookupError):
            os.kill(below, signal.SIGKILL)
        _, status = os.waitpid(below, 0)
        processes.kill_children()
        _end_as(os.waitstatus_to_exitcode(status))

    def _wait(pipe: int, others: Sequence[int]) -> None:
        """Return when nobody reads the pipe any more, or one of the other processes is over."""
        poll = select.poll()
        poll.register(pipe, 0)  # That its other end is gone is told unasked; what can be read of it is no news.
        for each in others:
            poll.register(each, select.POLLIN)
        poll.poll()

    def _end_as(code: int) -> None:
        """End with an exit status, or by a signal, as `Popen.returncode` has it."""
        if code < 0:
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # One dump of memory is enough.
            with suppress(OSError):  # The handler of SIGKILL cannot be set, and need not be.
                signal.signal(-code, signal.SIG_DFL)
            os.kill(os.getpid(), -code)
        os._exit(code)


if sys.platform != "win32":

    def _watch_parent(parent: int) -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(1)

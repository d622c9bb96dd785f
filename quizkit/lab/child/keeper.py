"""Nothing of a training outlives whoever listens to it: what was started watches over the process that trains.

On Linux the training goes on in a process below, and this one, which loads nothing, adopts whatever that leaves
behind. Where that cannot be, a thread of the training looks whether the parent is still there.

Invariant: when the parent is gone, by whatever signal, or the training is, every process below is killed at once, or
without a keeper those of its process group; and the watching process ends as the training ended.
"""

import os
import select
import signal
import sys
import threading
import time
from contextlib import suppress

_FORWARDED = (signal.SIGINT, signal.SIGTERM)
_LOOK_SECONDS = 0.2


def stand_over(descriptor: int) -> None:
    """Return in the process that is to train; `descriptor` is the pipe whose other end the parent holds."""
    if sys.platform == "linux" and _can_keep():
        _fork_below(descriptor)
    elif sys.platform != "win32":
        # On macOS a fork without exec is not safe. On Windows the training ends with the next event it tells.
        threading.Thread(target=_watch_parent, args=(os.getppid(),), daemon=True).start()


if sys.platform == "linux":
    from quizkit.sandbox.child import processes

    def _can_keep() -> bool:
        """Say whether the kernel has all that it takes, and adopt orphans; an old or an emulated one has not."""
        try:
            os.close(os.pidfd_open(os.getpid()))
            processes.children()
            processes.adopt_orphans()
        except OSError:
            return False
        return True

    def _fork_below(descriptor: int) -> None:
        own = os.getpid()
        # What comes before the handlers stand must wait, or it would reach nobody.
        signal.pthread_sigmask(signal.SIG_BLOCK, _FORWARDED)
        training = os.fork()
        if training == 0:
            processes.die_with_parent(own)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
            return
        for number in _FORWARDED:
            signal.signal(number, lambda number, _: os.kill(training, number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _FORWARDED)
        _wait(descriptor, training)
        for number in _FORWARDED:
            signal.signal(number, signal.SIG_IGN)
        with suppress(ProcessLookupError):
            os.kill(training, signal.SIGKILL)
        _, status = os.waitpid(training, 0)
        processes.kill_children()
        _end_as(os.waitstatus_to_exitcode(status))

    def _wait(descriptor: int, training: int) -> None:
        """Return when nobody reads the pipe any more, or the training is over."""
        poll = select.poll()
        poll.register(descriptor, 0)  # A closed other end is told unasked.
        poll.register(os.pidfd_open(training), select.POLLIN)
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

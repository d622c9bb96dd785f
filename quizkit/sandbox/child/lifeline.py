"""A process that ends when its parent does, and takes its folder with it: where nobody else would see to that.

Invariant: the parent holds the other end of a pipe and writes nothing more to it; that it is closed means that the
parent is gone, by whatever signal.
"""

import _thread
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from quizkit.sandbox import folder


def hold(descriptor: int, home: Path) -> None:
    """End this process and its group, and remove `home`, when the other end of the pipe is closed."""
    # Not of `threading`: a program that counts its threads must count none of ours.
    _thread.start_new_thread(_wait, (descriptor, home))


def _wait(descriptor: int, home: Path) -> None:
    try:
        os.read(descriptor, 1)
    except OSError:
        return  # The program has closed the descriptor: its parent still looks after it.
    with suppress(OSError):
        folder.remove(home)
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)

"""Nothing of a training outlives its end or its listener's, not even what left its process group and its family."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("elsewhere there is no process that adopts orphans", allow_module_level=True)

PROGRAM = Path(__file__).with_name("watched.py")


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Watched:
    """Two started keepers, the training below them and the orphan that this has left."""

    def __init__(self, ends: str) -> None:
        read, write = os.pipe()
        self.process = subprocess.Popen([sys.executable, "-I", str(PROGRAM), str(write), ends], pass_fds=(write,))
        os.close(write)
        self.pipe = os.fdopen(read)
        self.pipe.readline()
        self.pids = [self.process.pid, *map(int, self.pipe.readline().split())]
        assert len(self.pids) == 4, "both keepers, the training, and the orphan that the lower keeper adopted"
        if ends == "never":
            assert self.pipe.readline() == "ready\n"

    def is_gone(self) -> bool:
        return not any(map(is_running, self.pids))


@pytest.fixture
def started() -> Iterator[Callable[[str], Watched]]:
    with ExitStack() as opened:

        def start(ends: str) -> Watched:
            watched = Watched(ends)
            opened.enter_context(watched.pipe)
            return watched

        yield start


@pytest.mark.parametrize(("ends", "status"), [("0", 0), ("3", 3), ("SIGKILL", -9), ("SIGSEGV", -11)])
def test_the_keeper_ends_as_the_training_and_leaves_nothing(
    started: Callable[[str], Watched], ends: str, status: int
) -> None:
    watched = started(ends)
    assert watched.process.wait(10) == status
    assert watched.is_gone()


def test_a_signal_reaches_the_training(started: Callable[[str], Watched]) -> None:
    watched = started("never")
    watched.process.send_signal(signal.SIGINT)
    assert watched.process.wait(10) == 77
    assert watched.is_gone()


def test_all_end_when_nobody_listens_any_more(started: Callable[[str], Watched]) -> None:
    watched = started("never")
    watched.pipe.close()
    watched.process.wait(10)
    assert watched.is_gone()


@pytest.mark.parametrize("which", [0, 1], ids=["upper", "lower"])
def test_a_keeper_that_is_killed_leaves_nothing(started: Callable[[str], Watched], which: int) -> None:
    watched = started("never")
    os.kill(watched.pids[which], signal.SIGKILL)
    assert watched.process.wait(10) == -signal.SIGKILL
    until = time.monotonic() + 10
    while not watched.is_gone():
        assert time.monotonic() < until, "something outlives its keeper"
        time.sleep(0.01)


def test_where_there_can_be_no_keeper_the_training_still_ends_with_its_parent() -> None:
    read, write = os.pipe()
    command = [sys.executable, "-I", str(PROGRAM), str(write), "unkept"]
    starts = f"import subprocess; subprocess.Popen({command}, pass_fds=[{write}], start_new_session=True).wait()"
    parent = subprocess.Popen([sys.executable, "-c", starts], pass_fds=[write])
    os.close(write)
    with os.fdopen(read) as pipe:
        training = int(pipe.readline())
        assert is_running(training)
        parent.kill()
        parent.wait(10)
        assert pipe.read() == "", "it ends, and closes its end"
    until = time.monotonic() + 10
    while is_running(training):
        assert time.monotonic() < until
        time.sleep(0.01)

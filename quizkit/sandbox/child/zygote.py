"""The zygote: imports torch and torchvision once, then forks one child per request. Started by the keeper.

Invariant: it never compiles or parses foreign text, runs no multi-threaded operation and starts no thread (after
either, large operations hang in every child), and reports an end only when all that the child started is dead.
"""

import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from quizkit.sandbox import confine
from quizkit.sandbox.child import compiler, ending, pages, processes, quota
from quizkit.sandbox.child.loading import load

assert sys.platform == "linux"

_LAST_DESCRIPTOR = 4096
_MANY = 32
"""Forks after which more are to be expected than huge pages cost: about as much as 30 forks save."""


class _Zygote:
    """Serves one control socket until its other end closes."""

    def __init__(self, control: socket.socket, home: Path) -> None:
        self.control, self.home = control, home
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, None)
        self.pids: dict[int, int] = {}
        """Children not yet reaped, so that no id here can be another process's."""
        self.excess: dict[int, str] = {}
        """What children had too much of that were killed for it."""
        self.next_look = 0.0
        self.forks = 0

    def serve(self) -> None:
        """Answer requests and report ends until the parent is gone; the keeper then kills what is left."""
        while True:
            for key, _ in self.selector.select(quota.LOOK_SECONDS if self.pids else None):
                if key.data is not None:
                    self._ended(key.fd, key.data)
                elif not self._request():
                    return
            if time.monotonic() >= self.next_look:
                self._look()
                self.next_look = time.monotonic() + quota.LOOK_SECONDS

    def _request(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self.control, 65536, 8)
        if not data:
            return False
        request = json.loads(data)
        if request["op"] == "run":
            if request["compiler"]:
                compiler.bring_in()
                ending.spare_what_is_loaded()
                _make_sure_of_one_thread()
                gc.freeze()
            self._fork(request["id"], descriptors)
        elif request["op"] == "kill" and request["id"] in self.pids:
            os.kill(self.pids[request["id"]], signal.SIGKILL)
        return True

    def _fork(self, number: int, descriptors: list[int]) -> None:
        self.forks += 1
        if self.forks == _MANY:
            pages.collapse()
        own = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_worker(own, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self.pids[number] = pid
        self.selector.register(os.pidfd_open(pid), selectors.EVENT_READ, number)

    def _look(self) -> None:
        """Kill the children that use more than their share, or that nobody can look into."""
        for number, pid in self.pids.items():
            why = quota.excess(pid, self.home / str(number))
            if why:
                self.excess[number] = why
            if why or quota.has_left(pid):
                os.kill(pid, signal.SIGKILL)

    def _ended(self, pidfd: int, number: int) -> None:
        self.selector.unregister(pidfd)
        os.close(pidfd)
        pid = self.pids.pop(number)
        excess = self.excess.pop(number, "") or quota.excess(pid, self.home / str(number))
        _, status, usage = os.wait4(pid, 0)
        # What the child started has become ours, and may hold its streams open. Workers adopt their own orphans
        # while they live: nothing of a sibling's is here.
        processes.kill_children(spared=frozenset(self.pids.values()))
        ended = {
            "op": "ended",
            "id": number,
            "status": status,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak_kib": usage.ru_maxrss,
            "excess": excess,
        }
        self.control.send(json.dumps(ended).encode())


def _make_sure_of_one_thread() -> None:
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"the zygote runs {threads} threads; forking it would not be safe")


def _become_worker(zygote: int, descriptors: list[int]) -> NoReturn:
    """Turn the forked process into a worker; never returns."""
    try:
        from quizkit.sandbox.child import worker

        job, evidence, out, err = descriptors
        processes.die_with_parent(zygote)
        processes.adopt_orphans()
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.dup2(out, 1)
        os.dup2(err, 2)
        for low, high in _gaps(sorted({job, evidence})):
            os.closerange(low, high)
        gc.enable()
        with os.fdopen(job, "rb") as pipe:
            told = json.loads(pipe.read())
        worker.main(told, evidence, confine)
    finally:
        os._exit(1)


def _gaps(kept: list[int]) -> list[tuple[int, int]]:
    """Return the ranges of descriptors from 3 up that are not kept."""
    return [(low + 1, high) for low, high in pairwise([2, *kept, _LAST_DESCRIPTOR])]


def main(descriptor: int, home: Path) -> NoReturn:
    """Get ready, say so on the control socket, serve. `home` is where the folders of the probes are."""
    try:
        # Collecting garbage while importing costs a tenth of the start and finds nothing.
        gc.disable()
        processes.adopt_orphans()
        loaded = load()
        root = str(Path(__file__).resolve().parents[3])
        sys.path.remove(root)
        _make_sure_of_one_thread()
        processes.children()
        confine.get_ready()
        gc.freeze()
        sys.stdout.flush()
        control = socket.socket(fileno=descriptor)
        control.send(json.dumps({"op": "ready", "pid": os.getpid(), "versions": loaded}).encode())
        _Zygote(control, home).serve()
    finally:
        _leave()


def _leave() -> NoReturn:
    """End without cleaning up; a traceback that is on its way is printed first."""
    if (error := sys.exception()) is not None:
        sys.excepthook(type(error), error, error.__traceback__)
    sys.stderr.flush()
    os._exit(0)

"""The zygote: imports torch and torchvision once, then forks one child per request. Run by absolute path, `-I`.

Invariant: it never compiles or parses foreign text, runs no multi-threaded operation and starts no thread (after
either, large operations hang in every child), and every process below it is either a child it knows or is killed.
"""

import gc
import json
import os
import selectors
import signal
import socket
import sys
from itertools import pairwise
from pathlib import Path

assert sys.platform == "linux"


def _import_own_package() -> None:
    """Make quizkit importable from where this file lies, and from nowhere else."""
    root = str(Path(__file__).resolve().parents[2])
    sys.path.insert(0, root)
    import quizkit.observe
    import quizkit.sandbox.worker  # noqa: F401

    sys.path.remove(root)


class _Zygote:
    """Serves one control socket until its other end closes."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ, None)
        self.pids: dict[int, int] = {}

    def serve(self) -> None:
        """Answer requests and report ends until the parent is gone; then leave nothing behind."""
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    if not self._request():
                        self._sweep(spare=frozenset())
                        return
                else:
                    self._ended(key.fd, key.data)

    def _request(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self.control, 65536, 8)
        if not data:
            return False
        request = json.loads(data)
        if request["op"] == "run":
            self._fork(request["id"], descriptors)
        elif request["op"] == "kill" and request["id"] in self.pids:
            os.kill(self.pids[request["id"]], signal.SIGKILL)
        return True

    def _fork(self, number: int, descriptors: list[int]) -> None:
        own = os.getpid()
        pid = os.fork()
        if pid == 0:
            _become_worker(own, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self.pids[number] = pid
        self.selector.register(os.pidfd_open(pid), selectors.EVENT_READ, number)

    def _ended(self, pidfd: int, number: int) -> None:
        self.selector.unregister(pidfd)
        os.close(pidfd)
        pid = self.pids.pop(number)
        # What the child started must be dead before its end is reported: it may hold the streams open.
        _, status, usage = os.wait4(pid, 0)
        self._sweep(spare=frozenset(self.pids.values()))
        ended = {
            "op": "ended",
            "id": number,
            "status": status,
            "cpu": usage.ru_utime + usage.ru_stime,
            "peak_kib": usage.ru_maxrss,
        }
        self.control.send(json.dumps(ended).encode())

    def _sweep(self, spare: frozenset[int]) -> None:
        """Kill every child that is not spared: orphans of ended children become ours, and theirs after them."""
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        while strays := [pid for pid in map(int, children.read_text().split()) if pid not in spare]:
            for pid in strays:
                try:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                except (ProcessLookupError, ChildProcessError):
                    continue


def _become_worker(zygote: int, descriptors: list[int]) -> None:
    """Turn the forked process into a worker; never returns."""
    try:
        from quizkit.sandbox import confine, worker

        job, evidence, out, err = descriptors
        confine.die_with_parent(zygote)
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(out, 1)
        os.dup2(err, 2)
        kept = {job, evidence}
        for low, high in _gaps(sorted(kept)):
            os.closerange(low, high)
        gc.enable()
        worker.main(job, evidence)
    finally:
        os._exit(1)


def _gaps(kept: list[int]) -> list[tuple[int, int]]:
    """Return the ranges of descriptors from 3 up that are not kept."""
    edges = [2, *kept, 1024]
    return [(low + 1, high) for low, high in pairwise(edges)]


def main() -> None:
    """Get ready, say so, serve."""
    # Collecting garbage while importing costs a tenth of the start and finds nothing.
    gc.disable()
    _import_own_package()
    from quizkit.observe import weights
    from quizkit.observe.torchvision_shim import prepare_torchvision

    prepare_torchvision()
    import torch
    import torchvision

    from quizkit.sandbox import confine
    from quizkit.sandbox.environment import versions

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    weights.warm_up()
    weights.install_stubs()
    confine.adopt_orphans()
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise SystemExit(f"the zygote runs {threads} threads; forking it would not be safe")
    gc.freeze()
    control = socket.socket(fileno=int(sys.argv[1]))
    loaded = {"torch": str(torch.__version__), "torchvision": str(torchvision.__version__)}
    ready = {"op": "ready", "pid": os.getpid(), "versions": {**versions(), **loaded}}
    control.send(json.dumps(ready).encode())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Zygote(control).serve()


if __name__ == "__main__":
    main()

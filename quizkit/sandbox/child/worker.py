"""One probe, in a process of its own. The worker only reports: it labels nothing and judges nothing.

Invariant: the final frame is sent if and only if everything before it was sent; whatever goes wrong on the way
leaves the evidence without it. Names the harness uses after the snippet has run are captured before it runs.
"""

import os
import sys
import tempfile
import types
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol

import torch

import quizkit.sandbox
from quizkit.observe import console, weights
from quizkit.sandbox.child.ending import write_out
from quizkit.sandbox.child.program import Program
from quizkit.sandbox.child.raising import report
from quizkit.sandbox.wire import BROKEN_STATUS, Message, encode

_exit, _write, _getpid = os._exit, os.write, os.getpid


class Channel:
    """The evidence pipe of one process; a process that the snippet forks has none."""

    def __init__(self, descriptor: int, nonce: str) -> None:
        self._descriptor, self._nonce, self._owner = descriptor, nonce, _getpid()
        self.sent = 0

    def send(self, frame: str, /, **facts: Any) -> None:
        """Send one frame, whole."""
        if _getpid() != self._owner:
            _exit(0)
        data = encode({"nonce": self._nonce, "frame": frame, **facts})
        while data:
            data = data[_write(self._descriptor, data) :]
        self.sent += 1


class Walls(Protocol):
    """How a process confines itself."""

    def apply(self, job: Message) -> tuple[str, ...]:
        """Apply the layers that the job asks for, and return the names of all that was applied."""

    def open_reserve(self) -> None:
        """Allow this process the memory that was kept back for its last words."""


def work(job: Message, channel: Channel, walls: Walls) -> None:
    """Run the job and send its evidence; returns only after the final frame."""
    probe = job["probe"]
    limits, requires = probe["limits"], frozenset(probe["requires"])
    _move_in(job["folder"], requires)
    layers = walls.apply(job)
    channel.send("confined", layers=layers)
    if "cuda" in requires and (why := _without_cuda(layers)):
        channel.send("missing", what=why)
        channel.send("final", drew_random=False, stub_weights=[], frames=channel.sent)
        return
    if limits["threads"] > 1:
        torch.set_num_threads(limits["threads"])
    if "weights" in requires:
        weights.use_real_weights()
    out = console.start()
    drew_random = _run(probe, channel, has_cuda="cuda" in requires)
    write_out(out)
    for what in weights.missing():
        channel.send("missing", what=what)
    channel.send("final", drew_random=drew_random, stub_weights=weights.used(), frames=channel.sent)


def _run(probe: Message, channel: Channel, *, has_cuda: bool) -> bool:
    """Run what the probe asks for, and return whether random numbers were drawn."""
    if probe["values"]:
        for name, source in probe["values"].items():
            channel.send("value", name=name, **Program(probe, channel.send, has_cuda=has_cuda).value(source))
        return False
    program = Program(probe, channel.send, has_cuda=has_cuda)
    program.run()
    program.end()
    return program.drew_random


def _move_in(folder: str, requires: frozenset[str]) -> None:
    """Make the folder this process's home, and leave no trace of the zygote's own command."""
    os.chdir(folder)
    tempfile.tempdir = folder
    sys.argv[:] = [""]
    sys.modules["__main__"] = types.ModuleType("__main__")
    # A program that imports the harness by its name gets another copy of it.
    for name in [name for name in sys.modules if name.startswith(quizkit.sandbox.__name__)]:
        del sys.modules[name]
    del quizkit.sandbox
    os.environ.pop("LD_LIBRARY_PATH", None)
    # torch's compiler makes this folder as soon as it is imported; one that is there need not be made.
    os.environ.update(HOME=folder, TMPDIR=folder, TORCHINDUCTOR_CACHE_DIR=folder)
    if "weights" not in requires:
        os.environ["TORCH_HOME"] = folder
    if "cuda" not in requires:
        # Probes see the CPU alone, on every machine the same.
        os.environ["CUDA_VISIBLE_DEVICES"] = ""


def _without_cuda(layers: Sequence[str]) -> str:
    """Return why torch has no CUDA device here, or nothing if it has one."""
    if "landlock" in layers or "seccomp" in layers:
        return "it requires CUDA, and the sandbox gives a probe no device: a driver is too wide a door"
    if torch.cuda.is_available():
        return ""
    if torch.version.cuda is None:
        return f"it requires CUDA, and torch {torch.__version__} is built without it: install a CUDA build of torch"
    return "it requires CUDA, and torch finds no CUDA device: run it where there is one, with its driver"


def main(job: Message, evidence: int, walls: Walls) -> NoReturn:
    """Do the job, leave without any cleaning up that a snippet could hook. `evidence` is a descriptor."""
    code, channel = BROKEN_STATUS, Channel(evidence, job["nonce"])
    try:
        work(job, channel, walls)
        code = 0
    except BaseException as error:
        walls.open_reserve()
        channel.send("fault", **report(error, "harness"))
    finally:
        _exit(code)

"""The parent's handle on the zygote: start it, ask it to fork and to kill, hear what ended."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from quizkit.errors import SandboxError
from quizkit.sandbox.environment import versions
from quizkit.sandbox.wire import Message

assert sys.platform == "linux"

_ZYGOTE: Final = Path(__file__).resolve().parent / "zygote.py"
_START_SECONDS: Final = 300
"""A cold disk on a shared runner is slow; a zygote that hangs longer will not come."""

_ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Fresh memory is filled with a pattern, or torch.empty would pass for torch.zeros.
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165",
}


class ForkServer:
    """A running zygote. Raises SandboxError if it does not come up."""

    def __init__(self, environment: str) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._talk = tempfile.TemporaryFile()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_ZYGOTE), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._talk,
                stderr=self._talk,
                env=_ENVIRONMENT | _torch_home(),
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self.versions = self._wait_until_ready(environment)

    def _wait_until_ready(self, environment: str) -> dict[str, str]:
        self.socket.settimeout(_START_SECONDS)
        try:
            message = self.receive()
        except TimeoutError:
            message = None
        if message is None:
            said = self._said()
            self.close()
            raise SandboxError(f"the sandbox did not start; what its process said last:\n{said}")
        self.socket.settimeout(None)
        loaded: dict[str, str] = message["versions"]
        if loaded != versions():
            self.close()
            raise SandboxError(
                f"the sandbox loaded other packages ({loaded}) than are installed here ({environment}); "
                "reinstall torch and torchvision"
            )
        return loaded

    def _said(self) -> str:
        self._talk.seek(0)
        return self._talk.read()[-2000:].decode("utf-8", "backslashreplace").strip() or "nothing"

    def fork(self, number: int, descriptors: list[int]) -> None:
        """Have a child forked that gets `descriptors`: job, evidence, stdout, stderr. Raises OSError."""
        socket.send_fds(self.socket, [json.dumps({"op": "run", "id": number}).encode()], descriptors)

    def kill(self, number: int) -> None:
        """Have a child killed; one that is gone already is no error."""
        try:
            self.socket.send(json.dumps({"op": "kill", "id": number}).encode())
        except OSError:
            return

    def receive(self) -> Message | None:
        """Return the next message, or None if the zygote is gone."""
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            return None
        return json.loads(data) if data else None

    def close(self) -> None:
        """Close the control socket: the zygote kills what is below it and ends; then make sure of it."""
        self.socket.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._talk.close()


def _torch_home() -> dict[str, str]:
    """Return where torch keeps downloaded weights, for probes that require real ones."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return {"TORCH_HOME": os.environ.get("TORCH_HOME") or str(Path(cache) / "torch")}

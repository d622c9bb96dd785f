"""The parent's handle on the zygote: start it, ask it to fork and to kill, hear what ended."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from quizkit.errors import SandboxError
from quizkit.sandbox import folder
from quizkit.sandbox.environment import environment_id, versions
from quizkit.sandbox.launch import ENVIRONMENT, command, torch_home
from quizkit.sandbox.wire import Message

assert sys.platform == "linux"

_KEEPER: Final = Path(__file__).resolve().parent / "child" / "keeper.py"
_START_SECONDS: Final = 300
"""A cold disk on a shared runner is slow; a zygote that hangs longer will not come."""
_STOP_SECONDS: Final = 30

_PASSED_ON: Final = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH")
"""What torch may need to load and to find its devices; a worker removes what its probe must not see."""


class ForkServer:
    """A zygote and its keeper: started here, and waited for before the first fork."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="quizkit-"))
        """Where the folders of the probes are; gone when the keeper is."""
        self._talk = tempfile.TemporaryFile()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_ready = False
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._process = self._started(theirs.fileno())
        except BaseException:
            self.close()
            raise

    def _started(self, control: int) -> subprocess.Popen[bytes]:
        passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return subprocess.Popen(
            command(_KEEPER, str(control), str(self.home)),
            stdin=subprocess.DEVNULL,
            stdout=self._talk,
            stderr=self._talk,
            env=ENVIRONMENT | torch_home() | passed_on,
            cwd="/",
            pass_fds=[control],
            start_new_session=True,
        )

    def wait_until_ready(self) -> None:
        """Return when children can be forked. Raises SandboxError if the zygote does not come up."""
        if self._is_ready:
            return
        self.socket.settimeout(_START_SECONDS)
        try:
            data = self.socket.recv(65536)
        except (TimeoutError, ConnectionError):
            data = b""
        if not data:
            raise SandboxError(f"the sandbox did not start; what its process said last:\n{self._said()}")
        self.socket.settimeout(None)
        loaded: dict[str, str] = json.loads(data)["versions"]
        if loaded != versions():
            raise SandboxError(
                f"the sandbox loaded other packages ({loaded}) than are installed here ({environment_id()}); "
                "reinstall torch and torchvision"
            )
        self._is_ready = True

    def _said(self) -> str:
        self._talk.seek(0)
        return self._talk.read()[-2000:].decode("utf-8", "backslashreplace").strip() or "nothing"

    def has_home(self) -> bool:
        """Say whether the folder of another probe can be made; a program that no Landlock holds can take it away."""
        return os.access(self.home, os.W_OK | os.X_OK)

    def fork(self, number: int, descriptors: list[int], *, compiles: bool = False) -> None:
        """Have a child forked that gets `descriptors`: job, evidence, stdout, stderr. Raises OSError.

        `compiles` says that torch's compiler is likely to be needed: it is imported once, and not in each child.
        """
        request = {"op": "run", "id": number, "compiler": compiles}
        socket.send_fds(self.socket, [json.dumps(request).encode()], descriptors)

    def kill(self, number: int) -> None:
        """Have a child killed; one that is gone already is no error."""
        with suppress(OSError):
            self.socket.send(json.dumps({"op": "kill", "id": number}).encode())

    def pending(self) -> Iterator[Message | None]:
        """Yield the messages that are there, without waiting for more; then None if the zygote is gone."""
        while True:
            try:
                data = self.socket.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except ConnectionError:
                data = b""
            yield json.loads(data) if data else None
            if not data:
                return

    def hang_up(self) -> None:
        """Shut the control socket down, so that both ends hear of it: the keeper kills what is below it and ends."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the control socket: the keeper kills what is below it and ends; then make sure of it."""
        self.socket.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._talk.close()
        with suppress(OSError):
            folder.remove(self.home)

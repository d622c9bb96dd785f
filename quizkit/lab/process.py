"""One training process: start it, hear it, ask it to stop, and leave nothing of it behind.

Invariant: the process and everything it started end with `close`, and what it prints is kept and never understood:
only its own descriptor speaks to us.
"""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import psutil

OUTPUT_LIMIT: Final = 256 * 1024
"""Bytes of its prints that are kept: the first half and the last."""
_LINE_LIMIT: Final = 16 * 2**20
_GRACE_SECONDS: Final = 3.0
"""How long a process that was asked to stop may take."""

_PASSED_ON: Final = (
    "PATH", "HOME", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "USERPROFILE", "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME", "TORCH_HOME", "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "HIP_VISIBLE_DEVICES",
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
"""What a training may need of the user's environment: where things are, which devices, how to reach the network."""


class TrainingProcess:
    """A started child. `lines` holds what it told, a line each, and None once it tells no more."""

    def __init__(self, command: Sequence[str], config: bytes, folder: Path, *, has_low_priority: bool) -> None:
        self.lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._output = _Kept(OUTPUT_LIMIT)
        self._process, events = _started(command, folder)
        if has_low_priority:
            with suppress(psutil.Error):
                _lower(psutil.Process(self._process.pid))
        prints = self._process.stderr if sys.platform == "win32" else self._process.stdout
        assert prints is not None
        self._readers = [
            threading.Thread(target=self._hear, args=(events,), daemon=True),
            threading.Thread(target=self._keep, args=(prints,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as pipe:  # One that is gone already is told by its end.
            pipe.write(config)

    def _hear(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, ValueError), pipe:
            while line := pipe.readline(_LINE_LIMIT):
                self.lines.put(line)
        self.lines.put(None)

    def _keep(self, pipe: IO[bytes]) -> None:
        with suppress(OSError, ValueError), pipe:
            while chunk := os.read(pipe.fileno(), 1 << 16):
                self._output.add(chunk)

    @property
    def output(self) -> bytes:
        """What it has printed, the middle left out if it is long."""
        return self._output.whole()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def memory(self) -> int:
        """Return the bytes of memory that it and all it started take."""
        total = 0
        for process in self._family():
            with suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    def status(self) -> int:
        """Return how it ended, as `Popen.returncode` has it, once it has; one that lingers is killed."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(_GRACE_SECONDS)
        self._kill()
        return self._process.wait()

    def ask(self, how: signal.Signals) -> None:
        """Send it a signal. Where there are none worth the name, it is only killed in the end."""
        if sys.platform != "win32":
            with suppress(OSError):
                self._process.send_signal(how)

    def close(self) -> None:
        """Ask it to stop if it still runs, wait a moment, kill what is left, and read what it has said till then."""
        if self.is_running:
            self.ask(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE_SECONDS if sys.platform != "win32" else 0)
        self._kill()
        self._process.wait()
        for reader in self._readers:
            reader.join(_GRACE_SECONDS)

    def _family(self) -> list[psutil.Process]:
        try:
            own = psutil.Process(self._process.pid)
            return [own, *own.children(recursive=True)]
        except psutil.Error:
            return []

    def _kill(self) -> None:
        """Kill it, what it started, and whatever else is in its session."""
        for process in self._family():
            with suppress(psutil.Error):
                process.kill()
        if sys.platform != "win32":
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)


class _Kept:
    """The beginning and the end of a stream."""

    def __init__(self, limit: int) -> None:
        self._half, self._head, self._tail, self._left_out = limit // 2, bytearray(), bytearray(), 0

    def add(self, chunk: bytes) -> None:
        """Take more of it in."""
        room = self._half - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        if (excess := len(self._tail) - self._half) > 0:
            del self._tail[:excess]
            self._left_out += excess

    def whole(self) -> bytes:
        """Return what is kept, and how much is not."""
        between = f"\n[{self._left_out} bytes left out]\n".encode() if self._left_out else b""
        return bytes(self._head) + between + bytes(self._tail)


def _lower(process: psutil.Process) -> None:
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(min(process.nice() + 10, 19))


def _environment() -> Mapping[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


def _started(command: Sequence[str], folder: Path) -> "tuple[subprocess.Popen[bytes], IO[bytes]]":
    """Start the child, and return it with the end of the pipe that it tells events through.

    On Windows, where only the standard streams reach a child, that is its standard output; it prints on the other.
    """
    if sys.platform == "win32":
        process = subprocess.Popen(
            [*command, "--events-fd", "1"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(),
        )
        assert process.stdout is not None
        return process, process.stdout
    ours, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            [*command, "--events-fd", str(theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_environment(),
            pass_fds=[theirs],
            start_new_session=True,
        )
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    return process, os.fdopen(ours, "rb")

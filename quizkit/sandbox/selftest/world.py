"""What the tricks are after: a file to change, a secret to read, a port to reach. All of it is watched.

Invariant: whatever a trick does to the world is noticed, and the world is gone afterwards, even if quizkit is killed.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SWEEPER: Final = Path(__file__).resolve().parents[1] / "child" / "sweeper.py"
_PLANTED = "quizkit-selftest"
"""What the names of planted files start with."""


@dataclass(frozen=True)
class World:
    """The world of one self-test."""

    folder: Path
    secret: str
    tcp: socket.socket
    udp: socket.socket
    status: tuple[int, int]
    """The target's mode and owner."""
    before: frozenset[str]
    """What lay in the directory for temporary files."""

    def placeholders(self) -> dict[str, str]:
        """Return what stands for the placeholders of a case."""
        return {
            "target": str(self.folder / "target"),
            "secret": str(self.folder / "secret"),
            "home": str(Path.home()),
            "parent": str(os.getpid()),
            "port": str(self.tcp.getsockname()[1]),
        }

    def harm(self) -> list[str]:
        """Return what has been done to the world, in words; empty if nothing."""
        return [what for what, is_done in self._signs() if is_done]

    def _signs(self) -> Iterator[tuple[str, bool]]:
        target = self.folder / "target"
        yield "the target is gone", not target.is_file()
        if target.is_file():
            found = target.stat()
            yield "the target was written to", target.read_text(errors="replace") != "untouched"
            yield "the target's mode or owner changed", (found.st_mode, found.st_uid) != self.status
            yield "the target's times changed", found.st_mtime_ns == 0
            yield "the target has another link", found.st_nlink != 1
        yield "something was planted", bool(_planted() - self.before)
        yield "something was planted at home", (Path.home() / "planted").exists()
        yield "a connection arrived", _arrived(self.tcp)
        yield "a datagram arrived", _arrived(self.udp)


def _planted() -> frozenset[str]:
    return frozenset(found.name for found in Path(tempfile.gettempdir()).iterdir() if found.name.startswith(_PLANTED))


def _arrived(listening: socket.socket) -> bool:
    try:
        if listening.type == socket.SOCK_DGRAM:
            listening.recv(1)
        else:
            listening.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _swept(folder: str) -> "subprocess.Popen[bytes]":
    """Start a process that removes the folder when this one lets go of it or is gone."""
    sweeper = [sys.executable, "-I", str(_SWEEPER), folder]
    return subprocess.Popen(sweeper, stdin=subprocess.PIPE, start_new_session=True)


@contextmanager
def world() -> Iterator[World]:
    """Make a world, and take it away."""
    with tempfile.TemporaryDirectory(prefix="quizkit-world-") as name, _swept(name):
        folder, secret = Path(name), secrets.token_hex(16)
        for file, text in (("target", "untouched"), ("secret", secret)):
            (folder / file).write_text(text)
            (folder / file).chmod(0o600)
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            tcp.listen()
            udp.bind(("127.0.0.1", tcp.getsockname()[1]))
            tcp.setblocking(False)
            udp.setblocking(False)
            os.environ["QUIZKIT_SELFTEST_SECRET"] = secret
            try:
                status = (folder / "target").stat()
                yield World(folder, secret, tcp, udp, (status.st_mode, status.st_uid), _planted())
            finally:
                with suppress(KeyError):
                    del os.environ["QUIZKIT_SELFTEST_SECRET"]

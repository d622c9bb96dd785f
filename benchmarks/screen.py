"""A program on a pseudo-terminal of its own: start it, wait until it has drawn something, press keys."""

import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

if sys.platform != "win32":
    import fcntl
    import pty
    import termios

_SIZE: Final = (40, 120)
"""Lines and columns."""


def _terminal() -> tuple[int, int]:
    """Return the two ends of a pseudo-terminal."""
    if sys.platform != "win32":
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        return master, slave
    raise SystemExit("there are no pseudo-terminals here")


class Screen:
    """A running program and its terminal. Raises SystemExit if it does not draw in time what is waited for."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._master, slave = _terminal()
        self.begun = time.perf_counter()
        """When it was started, on the clock of `wait_for`."""
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._drain()
        self._process.wait()
        os.close(self._master)

    def press(self, keys: bytes) -> None:
        """Press keys, as the terminal sends them."""
        os.write(self._master, keys)

    @staticmethod
    def moment() -> float:
        """Return now, on the clock of `wait_for`."""
        return time.perf_counter()

    def wait_for(self, drawn: bytes, seconds: float = 120) -> float:
        """Return when it has drawn something, counted from now on."""
        seen, until = b"", time.perf_counter() + seconds
        while drawn not in seen:
            left = until - time.perf_counter()
            if left <= 0 or not select.select([self._master], [], [], left)[0]:
                raise SystemExit(f"{drawn.decode()!r} was not drawn in {seconds:.0f} s; last: {seen[-400:]!r}")
            seen += self._read()
        return time.perf_counter()

    def rest(self, seconds: float) -> None:
        """Take in what is drawn for a while; a cursor that blinks never rests."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if select.select([self._master], [], [], left)[0]:
                self._read()

    def _read(self) -> bytes:
        try:
            return os.read(self._master, 65536)
        except OSError:
            raise SystemExit("the program on the terminal has ended") from None

    def _drain(self) -> None:
        """Take what it still draws, or it would wait for ever to be read."""
        while self._process.poll() is None:
            if select.select([self._master], [], [], 0.05)[0]:
                try:
                    os.read(self._master, 65536)
                except OSError:
                    return

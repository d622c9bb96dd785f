"""A terminal that is closed: the app ends, though nothing takes what it draws any more."""

import os
import select
import signal
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there are no such terminals here", allow_module_level=True)

import pty


def _drawn(terminal: int, wanted: bytes, seconds: float) -> bool:
    """Say whether something wanted is drawn in time; what is nothing in particular is waited for to the end."""
    drawn, deadline = b"", time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and not (wanted and wanted in drawn):
        if select.select([terminal], [], [], left)[0]:
            drawn += os.read(terminal, 1 << 16)
    return wanted in drawn


def test_the_app_ends_with_its_terminal(tmp_path: Path) -> None:
    homes = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "quizkit"], os.environ | homes | {"TERM": "xterm-256color"})
    try:
        assert _drawn(terminal, b"Replacing", 60)
        # Such a terminal does not say how large it is, and the app looks each second.
        assert _drawn(terminal, b"", 2)
        os.write(terminal, b"?")
        assert _drawn(terminal, b"Home", 60)
        os.close(terminal)
        deadline = time.monotonic() + 60
        while (ended := os.waitpid(pid, os.WNOHANG)) == (0, 0) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert ended[0] == pid, "it is still running"
        assert os.waitstatus_to_exitcode(ended[1]) == 128 + signal.SIGHUP
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        raise

"""The app as a person meets it: the real program in a real terminal, from the first key to what is stored."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_command import Command

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


class Terminal:
    """A terminal of 80 columns and 24 lines, in tmux."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._tmux = ["tmux", "-f", "/dev/null", "-S", str(folder / "tmux.socket")]
        self._environment = {**os.environ, "XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home)}

    def start(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "quizkit", *arguments]
        self._run("new-session", "-d", "-x", "80", "-y", "24", *command)

    def press(self, *keys: str) -> None:
        self._run("send-keys", *keys)

    def wait_for(self, text: str, seconds: float = 120, *, without: str = "\0") -> str:
        """Return what is drawn, once `text` is among it and `without` is not."""
        until = time.monotonic() + seconds
        while text not in (drawn := self._run("capture-pane", "-p", check=False)) or without in drawn:
            assert time.monotonic() < until, f"{text!r} was not drawn:\n{drawn}"
            time.sleep(0.1)
        return drawn

    def wait_for_end(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while self._run("list-sessions", check=False):
            assert time.monotonic() < until, "the program did not end"
            time.sleep(0.1)

    def resize(self, columns: int, lines: int) -> None:
        self._run("resize-window", "-x", str(columns), "-y", str(lines))

    def close(self) -> None:
        self._run("kill-server", check=False)

    def _run(self, *arguments: str, check: bool = True) -> str:
        line = [*self._tmux, *arguments]
        done = subprocess.run(line, env=self._environment, capture_output=True, text=True, check=False, timeout=60)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    # A socket's path is short by law; pytest's folders are not.
    folder = Path(f"/tmp/quizkit-{os.getpid()}-{time.monotonic_ns()}")
    folder.mkdir(mode=0o700)
    terminal = Terminal(folder, tmp_path)
    try:
        yield terminal
    finally:
        terminal.close()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_question_is_answered_explained_and_stored_and_the_session_is_resumed(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.start()
    drawn = terminal.wait_for("none answered yet")
    assert "Experiment" in drawn and "Next:" in drawn
    terminal.press("7")
    terminal.wait_for("1 of 10")
    terminal.press("2", "Enter")
    terminal.wait_for("Run live")
    terminal.press("Enter")
    terminal.wait_for("2 of 10")
    terminal.wait_for("Answer")
    terminal.resize(60, 20)
    terminal.wait_for("60 and 20")
    terminal.resize(120, 40)
    # What lies below is drawn first: a key that comes before this note is gone is the note's.
    terminal.wait_for("2 of 10", without="60 and 20")
    terminal.press("Escape")
    terminal.wait_for("1 of 10 done")
    terminal.press("q")
    terminal.wait_for_end()
    own = {"XDG_DATA_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    told = Command(tmp_path)("stats", "--json", environment=own)
    assert json.loads(told.out)["attempts"] == 1
    terminal.start("play", "replacing", "--mode", "practice")
    terminal.wait_for("2 of 10")
    terminal.press("C-q")
    terminal.wait_for_end()

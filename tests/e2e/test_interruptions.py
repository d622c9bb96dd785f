"""A verification stopped in the middle: its report is whole, its evidence is kept, nothing is left running."""

import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from real_command import ENDLESS, RIGHT, Command, write_bank

if sys.platform == "win32":
    pytest.skip("there are no such signals", allow_module_level=True)

PATIENCE: Final = 60
"""Seconds to wait for what must happen; a test that works never waits so long."""


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def below(pid: int) -> Iterator[int]:
    """Yield every process that descends from one."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in map(int, children):
        yield child
        yield from below(child)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kept(command: Command) -> int:
    """How many probes have their evidence in the cache."""
    file = command.cache / "quizkit" / "evidence.sqlite3"
    if not file.exists():
        return 0
    try:
        with closing(sqlite3.connect(file)) as db:
            return int(db.execute("SELECT count(*) FROM evidence").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


@pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)],
    ids=["INT", "TERM", "KILL"],
)
def test_a_stop_in_the_middle(tmp_path: Path, number: signal.Signals, code: int) -> None:
    command = Command(tmp_path)
    bank = write_bank(tmp_path / "bank", RIGHT + ENDLESS)
    with command.start("verify", bank, "--trust", "--format", "json", "-j", "2") as process:
        until(lambda: kept(command) == 3)
        family = list(below(process.pid))
        assert len(family) >= 2, "the process that forks, and the endless probe"
        os.kill(process.pid, number)
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    until(lambda: not any(map(is_running, family)))
    assert "Traceback" not in err
    if number is not signal.SIGKILL:
        summary = json.loads(out)["summary"]
        assert (summary["complete"], summary["stopped"], summary["exit_code"]) == (False, "interrupted", code)
        assert summary["proved"] <= 1, "it may be kept and not yet judged when the signal comes"
        return
    again = command("verify", bank, "--trust", "--only", "right", "--format", "json").document()["summary"]
    assert (again["proved"], again["probes"], again["cached"]) == (1, 3, 3)


CHEAP: Final = """\
- id: item-{n}
  kind: snippet
  difficulty: easy
  concepts: [numbers]
  stem: Which line makes x {n}?
  options:
    - {{id: right, code: x = {n}, rationale: It does.}}
    - {{id: wrong, code: x = -1, rationale: It does not., fails: the number}}
  key: [right]
  expect: {{the number: x == {n}}}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no such signal elsewhere")
def test_what_was_killed_is_resumed_where_it_was(tmp_path: Path) -> None:
    """Whatever was told is in the cache, and what is in the cache is not run again: what was in flight is."""
    command, count = Command(tmp_path), 200
    bank = write_bank(tmp_path / "bank", "".join(CHEAP.format(n=n) for n in range(count)))
    with command.start("verify", bank, "--trust", "-j", "2") as process:
        until(lambda: kept(command) >= 60)
        process.kill()
        out, _ = process.communicate(timeout=PATIENCE)
    told, found = sum(line.startswith("  proved") for line in out.splitlines()), kept(command)
    assert 0 < told < count and 3 * told <= found < 3 * count
    again = command("verify", bank, "--trust", "--format", "json").document()["summary"]
    assert (again["proved"], again["probes"], again["cached"]) == (count, 3 * count, found)

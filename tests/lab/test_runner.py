"""A child is watched to its end: whatever becomes of it, one conclusion, and nothing is left running."""

import sys
import time
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from quizkit.lab.runner import Bounds, run
from quizkit.model.run import RunConfig
from quizkit.model.run_event import Progressed, RunEvent, RunFailed, RunFinished, RunStarted

FAKE = Path(__file__).with_name("fake_child.py")
_USUAL = Bounds()

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the made-up child uses signals")


def config(folder: Path) -> RunConfig:
    file = str(folder / "s.py")
    return RunConfig(folder=str(folder), cache=str(folder), solution=file, profile="offline", target=0.5,
                     epochs=2, offline_weights=file)  # fmt: skip


def events(folder: Path, scenario: str, bounds: Bounds = _USUAL) -> Generator[RunEvent, None, None]:
    return run(config(folder), bounds, command=[sys.executable, "-I", str(FAKE), scenario])


def failure(folder: Path, scenario: str, bounds: Bounds = _USUAL) -> RunFailed:
    *before, last = events(folder, scenario, bounds)
    assert not any(isinstance(event, RunFailed | RunFinished) for event in before)
    assert isinstance(last, RunFailed)
    return last


def test_events_come_as_they_are_told_and_prints_are_kept(tmp_path: Path) -> None:
    told = list(events(tmp_path, "whole"))
    assert isinstance(told[0], RunStarted) and isinstance(told[-1], RunFinished)
    assert sum(event.event == "epoch-finished" for event in told) == 2
    assert (tmp_path / "output.txt").read_text() == "said by the solution\n"


def test_a_long_output_is_kept_in_part(tmp_path: Path) -> None:
    assert isinstance(list(events(tmp_path, "flood"))[-1], RunFinished)
    output = (tmp_path / "output.txt").read_text()
    assert output.endswith("the end\n") and "bytes left out" in output and len(output) < 300_000


def test_a_failure_the_child_tells_is_the_conclusion(tmp_path: Path) -> None:
    told = failure(tmp_path, "failed")
    assert (told.phase, told.file, told.line) == ("solution", "s.py", 3)


@pytest.mark.parametrize(
    ("scenario", "phase", "said"),
    [
        ("nonsense", "internal", "no event of a run"),
        ("vanish", "internal", "exit status 3; it said last: last words"),
        ("killed", "memory", "was killed"),
        ("starved", "memory", "memory ran out: what():  std::bad_alloc"),
        ("cramped", "memory", "memory ran out: OpenBLAS error: Memory allocation still failed after 10 retries"),
        ("threadless", "memory", "memory ran out: libgomp: Thread creation failed"),
    ],
)
def test_a_child_that_goes_wrong_is_a_fault_that_is_told(
    tmp_path: Path, scenario: str, phase: str, said: str
) -> None:
    told = failure(tmp_path, scenario)
    assert told.phase == phase and said in told.what


def test_a_crash_in_native_code_is_told_at_the_solutions_line(tmp_path: Path) -> None:
    folder = tmp_path / "größe"
    folder.mkdir()
    told = failure(folder, "crash")
    assert (told.phase, told.file, told.line) == ("solution", str(folder / "s.py"), 4)
    assert "signal SIGSEGV" in told.what


def test_a_solution_that_ends_the_process_is_told_as_what_it_does(tmp_path: Path) -> None:
    told = failure(tmp_path, "exit")
    assert (told.phase, told.file, told.line) == ("solution", str(tmp_path / "s.py"), None)
    assert told.what == "the solution ends the training process, with exit status 0; it said last: good bye"
    assert "os._exit" in told.remedy


@pytest.mark.parametrize("left", ["", 'Current thread 0x2:\n  File "{file}", line 4 in prepare\n'])
def test_a_crash_of_an_earlier_process_is_no_news_of_this_one(tmp_path: Path, left: str) -> None:
    (tmp_path / "crash.txt").write_text(left.format(file=tmp_path / "s.py"))
    assert failure(tmp_path, "vanish").phase == "internal"


def test_a_silent_child_is_asked_where_it_is(tmp_path: Path) -> None:
    told = failure(tmp_path, "hang-politely", Bounds(silent_seconds=0.3))
    assert (told.phase, told.line, told.file) == ("deadline", 7, "s.py")
    assert "nothing was heard" in told.what


def test_a_chatty_child_is_stopped_when_its_time_is_up(tmp_path: Path) -> None:
    told = failure(tmp_path, "chatty", Bounds(seconds=0.5))
    assert told.phase == "deadline" and "the most it may take" in told.what


def test_a_greedy_child_is_stopped(tmp_path: Path) -> None:
    told = failure(tmp_path, "greedy", Bounds(memory=200 * 2**20))
    assert told.phase == "memory" and "GiB" in told.what


def test_who_stops_listening_leaves_nothing_running(tmp_path: Path) -> None:
    listening = events(tmp_path, "hang")
    told = next(event for event in listening if isinstance(event, Progressed))
    assert psutil.pid_exists(told.done)
    start = time.monotonic()
    listening.close()
    assert time.monotonic() - start < 10
    while psutil.pid_exists(told.done) and psutil.Process(told.done).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - start < 10, "it is still running"
        time.sleep(0.05)


def test_a_run_can_have_low_priority(tmp_path: Path) -> None:
    told = run(config(tmp_path), Bounds(), has_low_priority=True, command=[sys.executable, "-I", str(FAKE), "chatty"])
    next(told)
    (child,) = (each for each in psutil.Process().children() if str(FAKE) in each.cmdline())
    assert child.nice() == min(psutil.Process().nice() + 10, 19)
    told.close()

"""The training process as the parent starts it: its events, its ends, and a kill that costs nothing but time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psutil
import pytest
from pydantic import TypeAdapter
from safetensors import safe_open

import quizkit
from quizkit.lab.child.device import choose_device
from quizkit.lab.child.failure import RunError
from quizkit.model.run import RunConfig
from quizkit.model.run_event import RunEvent, RunFailed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and inherited descriptors")

ROOT = Path(quizkit.__file__).parent
WEIGHTS = ROOT / "lab" / "weights" / "glyphs-resnet18-v1.safetensors"
PROGRAM = ROOT / "lab" / "child" / "main.py"
EVENT: TypeAdapter[RunEvent] = TypeAdapter(RunEvent)
REFERENCE = ROOT.parent / "content" / "pytorch" / "replacing-classifier-head" / "solutions" / "reference.py"


class Child:
    """A started training process."""

    def __init__(self, folder: Path, solution: Path | str, **changes: Any) -> None:
        folder.mkdir(exist_ok=True)
        if isinstance(solution, str):
            (folder.parent / "mine.py").write_text(solution)
            solution = folder.parent / "mine.py"
        (folder / "solution.py").write_bytes(solution.read_bytes())
        config = RunConfig(
            folder=str(folder), cache=str(folder.parent / "cache"), solution=str(solution), profile="offline",
            target=0.5, device="cpu", offline_weights=str(WEIGHTS),
        ).model_copy(update=changes)  # fmt: skip
        read, write = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(PROGRAM), "--events-fd", str(write)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=(write,),
        )  # fmt: skip
        os.close(write)
        self._pipe: IO[str] = os.fdopen(read)
        assert self.process.stdin is not None
        with self.process.stdin as pipe:
            pipe.write(config.model_dump_json().encode())

    def events(self) -> Iterator[Any]:
        for line in self._pipe:
            yield EVENT.validate_json(line)

    def training(self) -> psutil.Process:
        """Return the process that trains, which on Linux stands below two keepers."""
        started = psutil.Process(self.process.pid)
        return started.children(recursive=True)[1] if sys.platform == "linux" else started

    def close(self) -> int:
        self._pipe.close()
        return self.process.wait()


def test_a_killed_run_goes_on_and_ends_in_the_same_numbers(tmp_path: Path) -> None:
    whole = Child(tmp_path / "whole", REFERENCE)
    wanted = list(whole.events())
    assert whole.close() == 0 and wanted[-1].event == "run-finished"
    killed = Child(tmp_path / "run", REFERENCE)
    for event in killed.events():
        if event.event == "epoch-finished" and event.epoch == 2:
            killed.process.kill()
            break
    assert killed.close() == -9
    resumed = Child(tmp_path / "run", REFERENCE)
    told = list(resumed.events())
    assert resumed.close() == 0 and told[0].resumed_from_epoch >= 2
    for kind in ("evaluated", "predicted"):
        assert [each for each in told if each.event == kind][-1] == [e for e in wanted if e.event == kind][-1]
    heads = []
    for name in ("whole", "run"):
        assert sorted(file.name for file in (tmp_path / name).iterdir()) == [
            "checkpoint.pt", "solution.py", "trained.safetensors",
        ]  # fmt: skip
        with safe_open(tmp_path / name / "trained.safetensors", "pt") as opened:
            heads.append({key: opened.get_tensor(key).tolist() for key in opened.keys()})  # noqa: SIM118
    assert heads[0].keys() == {"fc.weight", "fc.bias"} and heads[0] == heads[1]


def failed(child: Child) -> RunFailed:
    *_, last = child.events()
    assert child.close() == 1 and isinstance(last, RunFailed)
    return last


HANGS = "def prepare(model, classes):\n    n = 0\n    while True:\n        n += 1\n"


def hanging(folder: Path) -> Child:
    """Return a child that has told the last thing before `prepare`, which never returns."""
    child = Child(folder / "run", HANGS)
    for event in child.events():
        if event.event == "backbone-loaded":
            break
    return child


def test_time_that_runs_out_is_told_at_the_line_it_ran_out_at(tmp_path: Path) -> None:
    child = hanging(tmp_path)
    # It has told the last thing before `prepare`; two seconds of CPU time later it can be nowhere else.
    training = child.training()
    began = training.cpu_times().user
    while training.cpu_times().user < began + 2:
        time.sleep(0.1)
    child.process.terminate()
    told = failed(child)
    assert (told.phase, Path(told.file or "").name) == ("deadline", "mine.py") and told.line in (3, 4)


def test_an_interrupt_ends_it_without_a_last_word(tmp_path: Path) -> None:
    child = Child(tmp_path / "run", HANGS)
    last = None
    for last in child.events():
        if last.event == "backbone-loaded":
            child.process.send_signal(signal.SIGINT)
    assert child.close() == 130 and last is not None and last.event == "backbone-loaded"


def test_it_ends_at_once_when_nobody_listens_any_more(tmp_path: Path) -> None:
    child = hanging(tmp_path)
    training = child.training()
    child.close()
    assert not training.is_running()


def test_a_solution_that_cannot_be_read_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    told = failed(Child(tmp_path / "run", "import os\ndef prepare(model, classes:\n    pass\n"))
    assert (told.phase, told.line) == ("solution", 2) and told.file == str(tmp_path / "mine.py")
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["solution.py"]


LOADS_FOR_ITSELF = """\
import torch
from torchvision import models
mine = models.resnet18({asked})
def prepare(model, classes):
    given, found = model.state_dict(), mine.state_dict()
    assert all(torch.equal(given[name], found[name]) for name in given)
    raise ValueError("they are the same")
"""


@pytest.mark.parametrize("kind", ["pretrained", "random"])
@pytest.mark.parametrize("asked", ["pretrained=True", "weights='DEFAULT'"])
def test_pretrained_weights_are_the_runs_at_the_top_level_too(tmp_path: Path, asked: str, kind: str) -> None:
    told = failed(Child(tmp_path / "run", LOADS_FOR_ITSELF.format(asked=asked), backbone=kind))
    assert (told.what, told.line) == ("ValueError: they are the same", 7)


def test_events_may_be_told_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "solution.py").write_text("def prepare(model, classes):\n    return None\n")
    config = RunConfig(
        folder=str(tmp_path), cache=str(tmp_path / "cache"), solution="solution.py", profile="offline", target=0.5,
        device="cpu", offline_weights=str(WEIGHTS),
    )  # fmt: skip
    with (tmp_path / "events.jsonl").open("wb") as file:
        ran = subprocess.run(
            [sys.executable, "-I", str(PROGRAM), "--events-fd", "1"],
            input=config.model_dump_json().encode(), stdout=file, check=False,
        )  # fmt: skip
    *_, last = map(EVENT.validate_json, (tmp_path / "events.jsonl").read_bytes().splitlines())
    assert ran.returncode == 1 and isinstance(last, RunFailed) and "returns nothing" in last.what


def test_a_device_that_is_not_there_is_told(tmp_path: Path) -> None:
    told = failed(Child(tmp_path / "run", REFERENCE, device="xpu:7"))
    assert told.phase == "device" and "a device 'xpu:7' here; what it has is cpu" in told.what
    assert told.remedy == "name one of these, or leave --device out" and "Error" not in told.what


@pytest.mark.parametrize("asked", ["meta", "", "cpu:two", "bananas"])
def test_a_device_that_computes_nothing_is_told(asked: str) -> None:
    with pytest.raises(RunError, match=f"cannot compute on a device '{asked}' here; what it has is cpu") as caught:
        choose_device(asked)
    assert caught.value.phase == "device" and "leave --device out" in caught.value.remedy


def test_memory_that_runs_out_is_told(tmp_path: Path) -> None:
    told = failed(Child(tmp_path / "run", "import torch\ndef prepare(model, classes):\n    torch.empty(1 << 50)\n"))
    assert (told.phase, told.line) == ("memory", 3)
    assert "memory ran out" in told.what and "--batch-size" in told.remedy


def test_a_crash_says_where_it_was(tmp_path: Path) -> None:
    child = Child(tmp_path / "run", "import ctypes\nctypes.string_at(0)\ndef prepare(m, c): pass\n")
    list(child.events())
    assert child.close() == -signal.SIGSEGV
    assert '"' + str(tmp_path / "mine.py") + '", line 2 in' in (tmp_path / "run" / "crash.txt").read_text()


def test_a_solution_that_ends_the_process_leaves_word_of_no_crash(tmp_path: Path) -> None:
    """Whoever listens tells by this that it was the solution, and no fault of the process, that ended it."""
    child = Child(tmp_path / "run", "import os\nos._exit(0)\ndef prepare(m, c): pass\n")
    assert not list(child.events()) and child.close() == 0
    assert (tmp_path / "run" / "crash.txt").read_bytes() == b""

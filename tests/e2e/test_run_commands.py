"""The experiment with the real training program: run, audited, kept, stopped, killed, gone on with."""

import csv
import json
import re
import signal
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from real_command import RIGHT, Command, Ran, write_bank

if sys.platform == "win32":
    pytest.skip("there are no such signals", allow_module_level=True)

import resource

EXPERIMENT = """\
problem: A network for other classes.
starting_point: It knows its old classes.
task: Reach {run:target}.
contract:
  output-classes: A score for each class.
  only-head-trainable: Nothing else learns.
  backbone-parameters: Weights stay.
  backbone-buffers: Statistics stay.
  head-on-path: The head is used.
  target: It is good enough.
hints: [Look at the last layer.]
solutions:
  - {file: reference.py, about: Keeps all of it.}
  - {file: as_published.py, about: The usual way., breaks: [backbone-buffers]}
what_changed: [The head.]
interpretation: From {run:validation-before} to {run:validation-after}.
bonus: {task: Unfreeze more., hint: In small steps., solution: as_published.py}
profiles:
  offline: {about: Digits., target: 0.2, minutes: 10}
"""
REFERENCE = """\
from torch import nn

def prepare(model, classes):
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.eval()
    return model.fc.parameters()
"""
MOVING = REFERENCE.replace("    model.eval()\n", "    model.bn1.running_mean += 1\n    model.eval()\n")
ASKED = ("run", "smal", "--trust", "--epochs", "60", "--seeds", "7", "--json")


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    return Command(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_bank(tmp_path_factory.mktemp("bank") / "small", RIGHT)
    (folder / "experiment.yaml").write_text(EXPERIMENT)
    (folder / "solutions").mkdir()
    (folder / "solutions" / "reference.py").write_text(REFERENCE)
    (folder / "solutions" / "as_published.py").write_text(MOVING)
    return folder


def events(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def last(told: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return [event for event in told if event["event"] == name][-1]


MEASURED = ("accuracy", "loss")


def measured(told: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Return what a run measured in the end, times apart."""
    found = [last(told, name) for name in ("evaluated", "epoch-finished")]
    return [{key: event[key] for key in event if key.endswith(MEASURED)} for event in found]


def curves(folder: str) -> list[list[str]]:
    """Return what is kept of every epoch, times apart."""
    rows = list(csv.DictReader((Path(folder) / "metrics.csv").read_text().splitlines()))
    return [[row[name] for name in row if name == "epoch" or name.endswith(MEASURED)] for row in rows]


@pytest.fixture(scope="module")
def whole(command: Command, bank: Path) -> list[dict[str, Any]]:
    """The events of the reference's run, which nobody interrupts."""
    ran = command("--content", bank, *ASKED, "--record")
    assert ran.code == 0, ran.err
    return events(ran)


def test_the_reference_is_run_kept_and_recorded(command: Command, bank: Path, whole: list[dict[str, Any]]) -> None:
    assert last(whole, "run-recorded")["exit_code"] == 0
    folder = Path(whole[0]["folder"])
    files = {"run.json", "events.jsonl", "solution.py", "metrics.csv", "confusion.csv", "trained.safetensors"}
    assert files <= {file.name for file in folder.iterdir()}
    assert (folder / "solution.py").read_text() == REFERENCE
    assert [file.name for file in (bank / "runs" / "reference").iterdir()] == ["offline-seed-7.json"]
    shown = command("runs", whole[0]["id"])
    assert shown.code == 0 and "Confusion matrix" in shown.out and "0 of 60 BatchNorm buffers moved" in shown.out
    assert "keeps the contract" in command("runs").out
    read = command("--content", bank, "play", "small", "--mode", "experiment", "--plain", typed="")
    assert re.search(r"to look at your last run, of [0-9: -]+:\n    quizkit runs \S+-reference-7\n", read.out)


def test_a_run_goes_on_after_kill_and_after_ctrl_c(command: Command, bank: Path, whole: list[dict[str, Any]]) -> None:
    for number, how in enumerate((signal.SIGKILL, signal.SIGINT)):
        with command.start("--content", bank, *ASKED) as process:
            assert process.stdout is not None and process.stderr is not None
            opened = json.loads(process.stdout.readline())
            assert opened["is_resumed"] == bool(number)
            for _ in range(2):  # An epoch is told before it is saved, so the second says that the first is.
                while json.loads(process.stdout.readline())["event"] != "epoch-finished":
                    pass
            family = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(how)
            assert family and not psutil.wait_procs(family, 20)[1], "a training outlives its command"
            process.stdout.read()
            said = process.stderr.read()
    assert process.returncode == 130 and "the same command goes on after them" in said
    assert json.loads((Path(opened["folder"]) / "run.json").read_text())["status"] == "interrupted"
    told = events(command("--content", bank, *ASKED))
    assert told[0]["is_resumed"] and last(told, "run-started")["resumed_from_epoch"] >= 1
    assert measured(told) == measured(whole)
    assert curves(opened["folder"]) == curves(whole[0]["folder"])


def test_a_full_disk_is_told_and_the_same_command_goes_on(
    command: Command, bank: Path, whole: list[dict[str, Any]]
) -> None:
    """The kernel refuses every byte beyond 16 KiB of a file; a checkpoint has 60."""
    asked = ("--content", bank, "run", "small", "--trust", "--epochs", "2", "--seeds", "7", "--json")
    small = (16 * 1024, 16 * 1024)
    ran = command(*asked, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, small))
    *_, failed, recorded = events(ran)
    assert (ran.code, recorded["exit_code"], failed["phase"]) == (3, 3, "disk"), ran.err
    assert "File too large" in failed["what"] and "Traceback" not in ran.err
    again = command(*asked)
    assert again.code == 0 and events(again)[0]["is_resumed"]
    assert events(again)[0]["folder"] == recorded["folder"]


def test_a_learners_file_is_checked_and_explained(command: Command, bank: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    assert command("--content", bank, "new", "solution", "small", mine).code == 0
    assert command("--content", bank, "new", "solution", "small", mine).code == 2
    assert "raise NotImplementedError" in mine.read_text()
    mine.write_text("# Mine.\n" + MOVING)
    broken = command("--content", bank, "check", "small", mine, "--epochs", "1")
    assert broken.code == 1, broken.err
    assert "BROKEN  backbone-buffers" in broken.out and "1 of 60 BatchNorm buffers moved" in broken.out
    assert "The contract is broken: backbone-buffers." in broken.out
    mine.write_text("def prepare(model, classes:\n")
    assert command("--content", bank, "check", "small", mine).err.startswith(f"{mine}:1:12: this is not Python")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "smull"), "there is no pattern 'smull'; did you mean small?"),
        (("run", "small"), "a training is not confined: it runs with your own rights; if you trust"),
        (("run", "small", "--solution", "refrence"), "there is no solution 'refrence'; did you mean 'reference'?"),
        (("run", "small", "--profile", "cifar10"), "there is no profile 'cifar10'; choose one of offline"),
        (("run", "small", "--learning-rate", "nan"), "nan is not a number"),
        (("run", "small", "--learning-rate", "inf"), "inf is not in the range"),
        (("check", "small", "nowhere.py"), "there is no file nowhere.py"),
        (("runs", "nothing"), "there is no run 'nothing'"),
        (("new", "solution", "small", "mine.txt"), "name it mine.py"),
    ],
)
def test_what_is_not_there_is_told(command: Command, bank: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = command("--content", bank, *arguments)
    assert (ran.code, ran.out) == (2, "") and said in ran.err

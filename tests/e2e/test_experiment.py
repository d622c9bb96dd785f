"""The experiment with the real training program: run, audited, kept, stopped, killed, gone on with."""

import json
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from real_command import RIGHT, Command, Ran, write_bank

if sys.platform == "win32":
    pytest.skip("there are no such signals", allow_module_level=True)

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


def test_the_reference_is_run_kept_and_recorded(command: Command, bank: Path, tmp_path: Path) -> None:
    own = shutil.copytree(bank, tmp_path / "bank")
    ran = command("--content", own, "run", "small", "--epochs", "1", "--seeds", "0,1", "--record", "--json")
    assert ran.code == 0, ran.err
    told = events(ran)
    assert [event["seed"] for event in told if event["event"] == "run-opened"] == [0, 1]
    folder = Path(told[0]["folder"])
    assert last(told, "run-recorded")["exit_code"] == 0
    files = {"run.json", "events.jsonl", "solution.py", "metrics.csv", "confusion.csv", "head.safetensors"}
    assert files <= {file.name for file in folder.iterdir()}
    assert (folder / "solution.py").read_text() == REFERENCE
    assert sorted(file.name for file in (own / "runs" / "reference").iterdir()) == [
        "offline-seed-0.json", "offline-seed-1.json",
    ]  # fmt: skip
    shown = command("runs", told[0]["id"])
    assert shown.code == 0 and "Confusion matrix" in shown.out and "0 of 60 BatchNorm buffers moved" in shown.out
    assert "keeps the contract" in command("runs").out
    compared = command("runs", told[0]["id"], "last")
    assert "reference: validation" in compared.out and "±" in compared.out
    assert len(command("runs", "--json").out.splitlines()) == 2


def test_a_learners_file_is_checked_and_explained(command: Command, bank: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    assert command("--content", bank, "new", "solution", "small", mine).code == 0
    assert command("--content", bank, "new", "solution", "small", mine).code == 2
    unsolved = command("--content", bank, "check", "small", mine, "--epochs", "1")
    assert unsolved.code == 2 and "NotImplementedError: write this function" in unsolved.out
    mine.write_text(MOVING)
    broken = command("--content", bank, "check", "small", mine, "--epochs", "1")
    assert broken.code == 1, broken.err
    assert "BROKEN  backbone-buffers" in broken.out and "1 of 60 BatchNorm buffers moved" in broken.out
    assert "The contract is broken: backbone-buffers." in broken.out
    mine.write_text("def prepare(model, classes:\n")
    assert command("--content", bank, "check", "small", mine).err.startswith(f"{mine}:1:1: this is not Python")


def test_a_killed_run_is_gone_on_with_and_gives_the_same_numbers(command: Command, bank: Path) -> None:
    asked = ("--content", bank, "run", "small", "--epochs", "30", "--seeds", "7", "--json")
    with command.start(*asked) as process:
        assert process.stdout is not None
        while json.loads(process.stdout.readline())["event"] != "epoch-finished":
            pass
        process.send_signal(signal.SIGKILL)
    again = command(*asked)
    told = events(again)
    assert told[0]["is_resumed"] and last(told, "run-started")["resumed_from_epoch"] >= 1
    whole = events(command(*asked))
    assert not whole[0]["is_resumed"]
    for name in ("evaluated", "epoch-finished"):
        one, other = last(told, name), last(whole, name)
        assert {key: one[key] for key in one if "accuracy" in key or "loss" in key} == {
            key: other[key] for key in other if "accuracy" in key or "loss" in key
        }


def test_an_interrupted_run_is_kept(command: Command, bank: Path) -> None:
    asked = ("--content", bank, "run", "small", "--epochs", "1000", "--seeds", "9", "--json")
    with command.start(*asked) as process:
        assert process.stdout is not None and process.stderr is not None
        opened = json.loads(process.stdout.readline())
        while json.loads(process.stdout.readline())["event"] != "epoch-finished":
            pass
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert "the same command goes on with it" in process.stderr.read()
    assert process.returncode == 130
    head = json.loads((Path(opened["folder"]) / "run.json").read_text())
    assert head["status"] == "interrupted"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "smal"), "there is no pattern 'smal'; did you mean 'small'?"),
        (("run", "small", "--solution", "refrence"), "there is no solution 'refrence'; did you mean 'reference'?"),
        (("run", "small", "--profile", "cifar10"), "there is no profile 'cifar10'; choose one of offline"),
        (("check", "small", "nowhere.py"), "there is no file nowhere.py"),
        (("runs", "nothing"), "there is no run 'nothing'"),
        (("new", "solution", "small", "mine.txt"), "name it mine.py"),
    ],
)
def test_what_is_not_there_is_told(command: Command, bank: Path, arguments: tuple[str, ...], said: str) -> None:
    ran = command("--content", bank, *arguments)
    assert (ran.code, ran.out) == (2, "") and said in ran.err

"""A run that was stopped after any epoch goes on and gives the same numbers, random numbers and all."""

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from small_experiment import Heard, backbone, config, data

from quizkit.lab.child import recipe
from quizkit.lab.child.checkpoint import Checkpoint
from quizkit.lab.child.failure import RunError
from quizkit.lab.child.format import PLAIN, Format
from quizkit.lab.child.recipe import trained_and_audited
from quizkit.lab.child.solution import load_solution

HEAD = """
import random, numpy as np
from torch import nn
def prepare(model, classes):
    model.requires_grad_(False).eval()
    model.fc = nn.Sequential(nn.Dropout(), nn.Linear(512, classes))
    return model.fc.parameters()
"""
OWN_EPOCH = (
    HEAD
    + """
def train_epoch(model, batches, optimizer, device):
    model.train()
    for images, labels in batches:
        scale = 1 + 0.1 * random.random() + 0.1 * np.random.rand()
        loss = nn.functional.cross_entropy(scale * model(images), labels)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
"""
)


class StoppedError(KeyboardInterrupt):
    """As Ctrl-C: the only thing that passes through a solution unexplained."""


class StopsAfter(Heard):
    def __init__(self, epoch: int) -> None:
        super().__init__()
        self.last = epoch

    def __call__(self, event: str, /, **facts: Any) -> None:
        super().__call__(event, **facts)
        if event == "progressed" and facts["epoch"] == self.last + 1:
            raise StoppedError


def finished(folder: Path, source: str, heard: Heard, cache: str = "") -> dict[str, Any]:
    solution, asked = load_solution(source, "solution.py"), config(folder, cache=cache)
    checkpoint = Checkpoint(asked, source)
    trained_and_audited(asked, solution, backbone(), data(), heard, checkpoint, checkpoint.read())
    told = heard.of("evaluated")[-1] | {"loss": heard.of("epoch-finished")[-1]["train_loss"]}
    return told | {"confusion": heard.of("predicted")[0]["confusion"]}


@pytest.mark.parametrize("source", [HEAD, OWN_EPOCH])
@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_a_stopped_run_gives_the_same_numbers(tmp_path: Path, source: str, epoch: int) -> None:
    (tmp_path / "whole").mkdir()
    wanted = finished(tmp_path / "whole", source, Heard())
    with pytest.raises(StoppedError):
        finished(tmp_path, source, StopsAfter(epoch))
    heard = Heard()
    torch.rand(3)
    assert finished(tmp_path, source, heard) == wanted
    assert [each["epoch"] for each in heard.of("epoch-finished")] == [1, 2, 3]


def test_a_run_goes_on_in_its_number_format_though_the_cache_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brief, heard = Format(torch.bfloat16, channels_last=True), Heard()
    (tmp_path / "whole").mkdir()
    monkeypatch.setattr(recipe, "fastest_format", lambda *_: brief)
    wanted = finished(tmp_path / "whole", HEAD, Heard(), str(tmp_path / "cache"))
    with pytest.raises(StoppedError):
        finished(tmp_path, HEAD, StopsAfter(1), str(tmp_path / "cache"))
    monkeypatch.setattr(recipe, "fastest_format", lambda *_: PLAIN)
    assert finished(tmp_path, HEAD, heard, str(tmp_path / "another")) == wanted
    assert heard.of("path-chosen")[0]["dtype"] == "bfloat16"


class StopsUntold(Heard):
    """Killed between the saving of an epoch and its telling."""

    def __call__(self, event: str, /, **facts: Any) -> None:
        if event == "epoch-finished" and facts["epoch"] == 2:
            raise StoppedError
        super().__call__(event, **facts)


def measured(heard: Heard) -> list[dict[str, Any]]:
    told = [each for each in heard.events if each["event"] in ("evaluated", "epoch-finished")]
    return [{key: each[key] for key in each if key.endswith(("when", "epoch", "accuracy", "loss"))} for each in told]


def test_a_run_that_goes_on_tells_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole, again = Heard(), Heard()
    finished(tmp_path / "whole", HEAD, whole)
    with pytest.raises(StoppedError):
        finished(tmp_path, HEAD, StopsUntold())
    finished(tmp_path, HEAD, again)
    assert measured(again) == measured(whole) and len(measured(whole)) == 5
    over = Heard()
    finished(tmp_path, HEAD, over)
    assert measured(over) == measured(whole), "nor is anything lost when it was killed after the last epoch"
    assert not [each for each in over.of("progressed") if each["stage"] == "training"]


class StopsAt(Heard):
    """Killed as it tells the event of this number, progress apart."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.left = number

    def __call__(self, event: str, /, **facts: Any) -> None:
        if self.left == 0:
            raise StoppedError
        self.left -= event != "progressed"
        super().__call__(event, **facts)


def kept(*heard: Heard) -> list[dict[str, Any]]:
    """Return what a record makes of all that was told of a run: each thing once, as it was told last."""
    told = [each for part in heard for each in measured(part)]
    return list({(each.get("when"), each.get("epoch")): each for each in told}.values())


def test_the_record_is_the_same_whatever_event_a_run_was_killed_at(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = Heard()
    finished(tmp_path / "whole", HEAD, whole)
    for number in range(sum(each["event"] != "progressed" for each in whole.events)):
        folder = tmp_path / str(number)
        folder.mkdir()
        killed, again = StopsAt(number), Heard()
        with pytest.raises(StoppedError):
            finished(folder, HEAD, killed)
        finished(folder, HEAD, again)
        assert kept(killed, again) == kept(whole), f"killed at event {number}"


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_run_that_is_killed_as_it_saves_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    (tmp_path / "whole").mkdir()
    whole = finished(tmp_path / "whole", HEAD, Heard())

    def stop(*_: object) -> None:
        raise StoppedError

    with monkeypatch.context() as killed, pytest.raises(StoppedError):
        killed.setattr(*((os, "fsync", stop) if moment == "fsync" else (Path, "replace", stop)))
        finished(tmp_path, HEAD, Heard())
    again = Heard()
    assert finished(tmp_path, HEAD, again) == whole and len(again.of("epoch-finished")) == 3


def test_a_checkpoint_of_another_run_is_passed_over(tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        finished(tmp_path, HEAD, StopsAfter(1))
    assert Checkpoint(config(tmp_path), HEAD).read() is not None
    assert Checkpoint(config(tmp_path, seed=1), HEAD).read() is None
    assert Checkpoint(config(tmp_path), HEAD + "#").read() is None


@pytest.mark.parametrize("others", [("weights", "other images"), ("other weights", "images")])
def test_a_checkpoint_made_with_something_else_is_refused(tmp_path: Path, others: tuple[str, str]) -> None:
    checkpoint, trained = Checkpoint(config(tmp_path), HEAD), torch.nn.Linear(1, 1)
    checkpoint.bind(None, "weights", "images")
    checkpoint.save({"epochs": []}, PLAIN, trained, torch.optim.Adam(trained.parameters()))
    again = Checkpoint(config(tmp_path), HEAD)
    saved = again.read()
    assert saved is not None
    again.bind(saved, "weights", "images")
    with pytest.raises(RunError, match="not those that this run was begun with"):
        again.bind(saved, *others)


def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path) -> None:
    with pytest.raises(StoppedError):
        finished(tmp_path, HEAD, StopsAfter(1))
    file = tmp_path / "checkpoint.pt"
    file.write_bytes(file.read_bytes()[:500])
    assert Checkpoint(config(tmp_path), HEAD).read() is None
    file.write_bytes(b"")
    assert Checkpoint(config(tmp_path), HEAD).read() is None


def test_nothing_but_the_checkpoint_is_left(tmp_path: Path) -> None:
    finished(tmp_path, HEAD, Heard())
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]

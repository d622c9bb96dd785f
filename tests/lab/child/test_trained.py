"""What a run leaves can be loaded again, and what it tells of its training is of what was trained on."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from small_experiment import Heard, backbone, config, data

from quizkit.lab.child import recipe
from quizkit.lab.child.failure import RunError
from quizkit.lab.child.measure import scores_of
from quizkit.lab.child.recipe import Result, trained_and_audited
from quizkit.lab.child.solution import load_solution, prepared

HEAD_ONLY = """
from torch import nn
def prepare(model, classes):
    model.requires_grad_(False).eval()
    model.fc = nn.Linear(512, classes)
    return model.fc.parameters()
"""
LAST_STAGE_TOO = HEAD_ONLY.replace(
    "return model.fc.parameters()",
    "model.layer4.requires_grad_(True)\n    return [*model.fc.parameters(), *model.layer4.parameters()]",
)
HEAD_WITH_BUFFERS = HEAD_ONLY.replace(
    "nn.Linear(512, classes)", "nn.Sequential(nn.BatchNorm1d(512), nn.Linear(512, classes))"
)
MOVING = HEAD_ONLY.replace(".eval()", ".train()")
LOOP = """
def train_epoch(model, batches, optimizer, device):
    for images, labels in batches:
        {}
        optimizer.zero_grad(); loss.backward(); optimizer.step()
"""
BATCHNORM = {"bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"}


def trained(source: str) -> tuple[Result, Heard]:
    heard = Heard()
    return trained_and_audited(config(), load_solution(source, "solution.py"), backbone(), data(), heard), heard


@pytest.mark.parametrize(
    ("source", "beside_the_head"),
    [
        (HEAD_ONLY, set[str]()),
        (LAST_STAGE_TOO, {"layer4.weight", "layer4.bias"}),
        (HEAD_WITH_BUFFERS, set[str]()),
        (MOVING, BATCHNORM),
    ],
    ids=["head", "last-stage", "head-with-buffers", "moving-statistics"],
)
def test_what_was_trained_reloads_to_the_same_scores(tmp_path: Path, source: str, beside_the_head: set[str]) -> None:
    result, _ = trained(source)
    recipe._save_trained(tmp_path / "trained.safetensors", result, backbone())
    saved = load_file(tmp_path / "trained.safetensors")
    assert {name for name in saved if not name.startswith("fc.")} == beside_the_head
    again = backbone().model
    prepared(load_solution(source, "solution.py"), again, 10)
    assert not again.load_state_dict(saved, strict=False).unexpected_keys
    wanted, found = (scores_of(each, data().validation, Heard()).logits for each in (result.model, again))
    assert torch.equal(wanted, found)
    with safe_open(tmp_path / "trained.safetensors", "pt") as opened:
        assert opened.metadata() == {"backbone": f"resnet18 {backbone().digest}"}


def test_what_was_trained_is_saved_byte_for_byte_the_same(tmp_path: Path) -> None:
    """Twenty times, for an order that varies is the same every other time."""
    result, file = trained(HEAD_ONLY)[0], tmp_path / "trained.safetensors"
    written = set()
    for _ in range(20):
        recipe._save_trained(file, result, backbone())
        written.add(file.read_bytes())
    assert len(written) == 1


def images_per_second(monkeypatch: pytest.MonkeyPatch, body: str) -> float:
    """Return what is told of an epoch of 60 images, in batches of 16, that takes a second."""
    clock = iter(range(1000))
    monkeypatch.setattr(recipe, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    _, heard = trained(HEAD_ONLY + LOOP.format(body))
    told: list[dict[str, Any]] = heard.of("epoch-finished")
    (speed,) = {event["images_per_second"] for event in told}
    return float(speed)


@pytest.mark.parametrize(
    ("body", "images"),
    [
        ("loss = nn.functional.cross_entropy(model(images), labels)", 60),
        # Every other image of a batch is passed over: 8 of 16, three times, and 6 of 12.
        ("loss = nn.functional.cross_entropy(model(images)[::2], labels[::2])", 30),
        # What is asked for the sake of a figure is not trained on.
        ("model(images); loss = nn.functional.cross_entropy(model(images), labels)", 60),
        # A mirrored copy of each is trained on as well; the batch as it came is asked first.
        (
            "loss = nn.functional.cross_entropy(model(images), labels)"
            " + nn.functional.cross_entropy(model(images.flip(3)), labels)",
            120,
        ),
    ],
    ids=["all", "half", "asked-twice", "twice"],
)
def test_the_speed_is_of_what_was_trained_on(monkeypatch: pytest.MonkeyPatch, body: str, images: int) -> None:
    assert images_per_second(monkeypatch, body) == images


def test_a_batch_that_is_never_asked_about_as_it_came_is_told() -> None:
    with pytest.raises(RunError, match="never asked the network about a batch as it came"):
        trained(HEAD_ONLY + LOOP.format("loss = model(images.repeat(2, 1, 1, 1)).sum()"))

"""The loops that are measured, each once: seconds, and the losses that must agree.

All loops train a new head on the same digits, at the same resolution, for the same epochs, on the same device, with
images in memory: nobody is slowed down by reading files. The loop as published is the source page's, which puts the
network into training mode in each epoch; each loop evaluates the validation images after each epoch, as it does.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn, optim

import quizkit
from quizkit.lab.child import features
from quizkit.lab.child.backbone import shipped
from quizkit.lab.child.data import Data, digits
from quizkit.lab.child.device import choose_device, threads_for, wait_for
from quizkit.lab.child.format import PLAIN, Format, fastest_format
from quizkit.lab.child.measure import scores_of
from quizkit.lab.child.recipe import train_epoch

_WEIGHTS: Final = Path(quizkit.__file__).parent / "lab" / "weights" / "glyphs-resnet18-v1.safetensors"
_EPOCHS: Final = 5
_BATCH: Final = 64


def _silent(event: str, /, **facts: Any) -> None:
    """Tell nobody."""


def _with_new_head(device: torch.device) -> nn.Module:
    torch.manual_seed(0)
    model = shipped(_WEIGHTS).model.requires_grad_(False)
    model.fc = nn.Linear(512, 10)
    return model.to(device)


def _trained(model: nn.Module, data: Data, before_epoch: Callable[[], object]) -> list[float]:
    """Train for all epochs; return the validation loss after each."""
    optimizer, losses = optim.Adam([each for each in model.parameters() if each.requires_grad], lr=1e-3), []
    for epoch in range(_EPOCHS):
        before_epoch()
        order = torch.randperm(len(data.train), generator=torch.Generator().manual_seed(epoch))
        train_epoch(model, data.train.batches(_BATCH, order), optimizer, data.train.device)
        losses.append(scores_of(model, data.validation, _silent).loss(epoch + 1))
    wait_for(data.train.device)
    return losses


def _by_features(model: nn.Module, data: Data, how: Format, transform: Any) -> list[float]:
    """Compute features, then train on them: all that the fast path does."""
    cached = features.cached(data, transform, features.extractor(model.eval()), how, None, _silent)
    head = model.get_submodule("fc")
    with threads_for(head):
        return _trained(head, cached, lambda: None)


def measure() -> None:
    """Measure each loop once, after a pass that warms up, and print seconds and losses."""
    device = choose_device("auto")
    transform = shipped(_WEIGHTS).transform
    data = digits(transform, device)
    model = _with_new_head(device)
    scores_of(model, data.validation, _silent)
    with tempfile.TemporaryDirectory() as cache:
        extractor = features.extractor(model.eval())
        how = fastest_format(extractor, data.train.sample(32)[0], Path(cache), _silent)
    loops: dict[str, Callable[[nn.Module], list[float]]] = {
        "as published": lambda model: _trained(model, data, model.train),
        "features, fp32": lambda model: _by_features(model, data, PLAIN, transform),
        "features, as shipped": lambda model: _by_features(model, data, how, transform),
        "whole network, evaluating": lambda model: _trained(model, data, model.eval),
    }
    seconds, losses = {}, {}
    for name, loop in loops.items():
        model = _with_new_head(device)
        start = time.perf_counter()
        losses[name] = loop(model)
        seconds[name] = time.perf_counter() - start
    pairs = zip(losses["features, fp32"], losses["whole network, evaluating"], strict=True)
    print(json.dumps({
        "seconds": seconds, "epochs": _EPOCHS, "device": device.type, "dtype": how.name,
        "channels_last": how.channels_last, "difference": max(abs(a - b) for a, b in pairs),
    }))  # fmt: skip

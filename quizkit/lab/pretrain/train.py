"""The pretraining: ResNet-18 on distorted glyphs, SGD with a one-cycle schedule, resumable at any moment.

Invariant: the images of a step are drawn from a generator seeded with the seed and the number of the step, so that
number alone says what comes next; a checkpoint is whole, or the one before it is.
"""

import hashlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from quizkit.lab.child.quantised import MEAN, STD
from quizkit.lab.pretrain.distort import distort
from quizkit.lab.pretrain.glyphs import Glyphs
from quizkit.observe.torchvision_shim import prepare_torchvision

prepare_torchvision()
from torchvision import models  # noqa: E402 (the shim comes first)


@dataclass(frozen=True)
class Plan:
    """Everything the training depends on but the glyphs."""

    seed: int = 0
    """Seeds the initial weights and every image."""
    images: int = 192_000
    """Images seen in all; each is distorted anew."""
    batch: int = 128
    """Images a step."""
    rate: float = 0.1
    """Learning rate at the top of the one-cycle schedule."""
    momentum: float = 0.9
    """Of SGD, with Nesterov's correction."""
    decay: float = 5e-4
    """Weight decay, on weights of two or more dimensions only."""
    checkpoint_every: int = 50
    """Steps between two checkpoints."""

    @property
    def steps(self) -> int:
        """Batches in all."""
        return self.images // self.batch


def batch_of(glyphs: Glyphs, plan: Plan, step: int) -> tuple[Tensor, Tensor]:
    """Return normalised images (batch, 3, side, side) and labels (batch,) of one step."""
    digest = hashlib.sha256(f"{plan.seed}/{step}".encode()).digest()
    generator = Generator().manual_seed(int.from_bytes(digest[:7], "big"))
    labels = torch.randint(len(glyphs.characters), (plan.batch,), generator=generator)
    first, last = glyphs.starts[labels], glyphs.starts[labels + 1]
    picked = first + (torch.rand(plan.batch, generator=generator) * (last - first)).long()
    return normalise(distort(glyphs.pictures[picked], generator)), labels


def normalise(images: Tensor) -> Tensor:
    """Return (n, 3, side, side) as the backbone expects it, of (n, 1, side, side) with values in [0, 1]."""
    mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in (MEAN, STD))
    return (images - mean) / std


def build(classes: int, seed: int) -> nn.Module:
    """Return a randomly initialised `torchvision.models.resnet18`."""
    torch.manual_seed(seed)
    model = models.resnet18(num_classes=classes)
    return cast("nn.Module", model)


def train(glyphs: Glyphs, plan: Plan, checkpoint: Path) -> nn.Module:
    """Train to the end, from the checkpoint if there is one, and return the model in evaluation mode."""
    model = build(len(glyphs.characters), plan.seed)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = _optimizer(model, plan)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=plan.steps, pct_start=0.2)
    parts: dict[str, Any] = {"model": model, "optimizer": optimizer, "schedule": schedule}
    start = _resume(parts, checkpoint)
    model.train()
    began, seen = time.monotonic(), start
    for step in range(start, plan.steps):
        images, labels = batch_of(glyphs, plan, step)
        logits = model(images.contiguous(memory_format=torch.channels_last))
        loss = functional.cross_entropy(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        done = step + 1
        if done % plan.checkpoint_every == 0 or done == plan.steps:
            _save(parts, done, checkpoint)
            speed = (done - seen) * plan.batch / (time.monotonic() - began)
            accuracy = (logits.argmax(dim=1) == labels).float().mean().item()
            sys.stderr.write(f"step {done} of {plan.steps}, loss {loss.item():.3f}, "
                             f"batch accuracy {accuracy:.3f}, {speed:.0f} images/s\n")  # fmt: skip
            began, seen = time.monotonic(), done
    return model.eval()


def glyph_accuracy(model: nn.Module, glyphs: Glyphs, plan: Plan, batches: int = 80) -> float:
    """Return the share of fresh distorted images that are recognised; their steps come after the training's last."""
    right = 0
    with torch.inference_mode():
        for step in range(plan.steps, plan.steps + batches):
            images, labels = batch_of(glyphs, plan, step)
            right += int((model(images).argmax(dim=1) == labels).sum())
    return right / (batches * plan.batch)


def _optimizer(model: nn.Module, plan: Plan) -> torch.optim.Optimizer:
    weights = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in model.parameters() if parameter.ndim <= 1]
    groups = [{"params": weights, "weight_decay": plan.decay}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.SGD(groups, lr=plan.rate, momentum=plan.momentum, nesterov=True)


def _resume(parts: dict[str, Any], checkpoint: Path) -> int:
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    return int(saved["step"])


def _save(parts: dict[str, Any], step: int, checkpoint: Path) -> None:
    unfinished = checkpoint.with_suffix(".part")
    torch.save({"step": step, **{name: part.state_dict() for name, part in parts.items()}}, unfinished)
    unfinished.replace(checkpoint)

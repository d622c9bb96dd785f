"""Every solution, proved in a few steps: the same recipe on made-up images, with whatever weights there are.

`quizkit verify` calls this in its sandbox, where stub weights stand in for pretrained ones. Ten patterns, each seen
through noise, are a task that a frozen network with a new head learns in a few steps, and that nothing learns which
does not train a head on what it is later asked about. Invariant: nothing is read or written.
"""

from typing import Any, Final

import torch
from torchvision import models

from quizkit.lab.child.backbone import Backbone
from quizkit.lab.child.config import Config
from quizkit.lab.child.data import Data, Transform, made_of
from quizkit.lab.child.recipe import trained_and_audited
from quizkit.lab.child.solution import load_solution

_SIDE: Final = 32
"""Pixels; the smallest square that leaves the last stage of a ResNet one."""
_TRAIN: Final = 80
_VALIDATION: Final = 20
_SEED: Final = 20_260_103
_CLASSES: Final = tuple("abcdefghij")
_NOISE: Final = 24
"""Largest change to a byte of a pattern."""
TARGET: Final = 0.5
"""Far from what guessing gives, 0.1, and from what the reference gets."""


def audit_synthetic(source: str, path: str = "solution.py") -> dict[str, bool]:
    """Return which clauses a solution keeps, by name. Raises RunError if it cannot be judged at all."""
    solution = load_solution(source, path)
    config = Config(
        folder="", cache="", solution=path, profile="synthetic", target=TARGET, offline_weights="", device="cpu",
        epochs=2, batch_size=4, learning_rate=0.0007,
    )  # fmt: skip
    transform = Transform(_SIDE, (0.5, 0.5, 0.5), (0.1, 0.1, 0.1))
    network = models.resnet18(weights="DEFAULT")
    pretrained = Backbone(network, "resnet18", "", "whatever stands for pretrained weights", transform)
    result = trained_and_audited(config, solution, pretrained, _patterns(transform), _silent)
    return {clause: found.holds for clause, found in result.clauses.items()}


def _silent(event: str, /, **facts: Any) -> None:
    """Tell nobody."""


def _patterns(transform: Transform) -> Data:
    """Return noisy copies of ten patterns."""
    generator = torch.Generator().manual_seed(_SEED)
    patterns = torch.randint(_NOISE, 256 - _NOISE, (len(_CLASSES), 3, 4, 4), generator=generator)
    large = patterns.repeat_interleave(_SIDE // 4, dim=2).repeat_interleave(_SIDE // 4, dim=3)

    def split(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        labels = torch.arange(count) % len(_CLASSES)
        noise = torch.randint(-_NOISE, _NOISE, (count, 3, _SIDE, _SIDE), generator=generator)
        return (large[labels] + noise).to(torch.uint8), labels

    return made_of("patterns", _CLASSES, split(_TRAIN), split(_VALIDATION), transform, torch.device("cpu"))

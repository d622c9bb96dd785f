"""An experiment that takes milliseconds: a network with a ResNet's names, on made-up images."""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from quizkit.lab.child.backbone import Backbone
from quizkit.lab.child.config import Config
from quizkit.lab.child.data import Data, Transform, made_of

CPU = torch.device("cpu")
TRANSFORM = Transform(8, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
CLASSES = tuple("abcdefghij")


class SmallNet(nn.Module):
    """A stage, BatchNorm and a head under the names that a ResNet has."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer4 = nn.Conv2d(8, 512, 1)
        self.fc = nn.Linear(512, 1000)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.layer4(self.bn1(self.conv1(images)).relu()).relu()
        scores: torch.Tensor = self.fc(maps.mean(dim=(2, 3)))
        return scores


def network() -> SmallNet:
    torch.manual_seed(7)
    return SmallNet()


def backbone() -> Backbone:
    return Backbone(network(), "resnet18", "", "made up", TRANSFORM)


def data(train: int = 60, validation: int = 20) -> Data:
    generator = torch.Generator().manual_seed(11)

    def split(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        images = torch.randint(0, 256, (count, 3, 8, 8), generator=generator).to(torch.uint8)
        return images, torch.arange(count) % len(CLASSES)

    return made_of("made up", CLASSES, split(train), split(validation), TRANSFORM, CPU)


def config(folder: Path | None = None, **changes: Any) -> Config:
    usual = {
        "folder": str(folder or ""), "cache": "", "solution": "solution.py", "profile": "offline", "target": 0.5,
        "offline_weights": "", "device": "cpu", "epochs": 3, "batch_size": 16,
        "learning_rate": 1e-3,
    }  # fmt: skip
    return Config(**{**usual, **changes})


class Heard:
    """Remembers what is told."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: str, /, **facts: Any) -> None:
        self.events.append({"event": event, **facts})

    def of(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["event"] == name]

"""The profiles: where a run's backbone and its data come from."""

from pathlib import Path

import torch

from quizkit.lab.child import backbone
from quizkit.lab.child.backbone import Backbone
from quizkit.lab.child.cifar10 import cifar10
from quizkit.lab.child.config import Config
from quizkit.lab.child.data import Data, Transform, digits
from quizkit.lab.child.events import Tell


def backbone_of(config: Config, tell: Tell) -> Backbone:
    """Return the backbone of a profile. Raises RunError."""
    is_offline = config.profile == "offline"
    if config.backbone == "random":
        return backbone.at_random(backbone.GLYPHS if is_offline else backbone.IMAGENET, config.seed)
    if is_offline:
        return backbone.shipped(Path(config.offline_weights))
    return backbone.imagenet(Path(config.weights) if config.weights else None, Path(config.cache), tell)


def data_of(config: Config, transform: Transform, device: torch.device, tell: Tell) -> Data:
    """Return the data of a profile. Raises RunError."""
    if config.profile == "offline":
        return digits(transform, device)
    return cifar10(Path(config.data_dir) if config.data_dir else None, Path(config.cache), transform, device, tell)

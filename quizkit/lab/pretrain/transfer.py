"""How well a frozen backbone transfers to handwritten digits: a new head on its features, by the source's recipe.

Invariant: pretrained and random backbones are measured by the same function on the same split; only the backbone
differs. The recipe (Adam 1e-3, batches of 64, 5 epochs, head only) is fixed before anything is measured, and a seed
gives the same head and the same batches as in `quizkit run`, so both measure the same.
"""

from collections.abc import Mapping
from statistics import mean, stdev
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from quizkit.lab.child.data import Batch, Split, Transform, digits, order_of
from quizkit.lab.child.quantised import IMAGE_SIZE, MEAN, STD
from quizkit.lab.pretrain.train import build

SEEDS: Final = (0, 1, 2, 3, 4)
_EPOCHS, _BATCH, _RATE = 5, 64, 1e-3
_CLASSES: Final = 10


class Measured(NamedTuple):
    """Validation accuracy over the seeds."""

    mean: float
    """Over the seeds, of a share between 0 and 1."""
    std: float
    """Sample standard deviation over the seeds."""
    per_seed: tuple[float, ...]
    """In the order of the seeds."""

    @classmethod
    def over(cls, accuracies: tuple[float, ...]) -> "Measured":
        """Return the mean and the spread of these."""
        return cls(round(mean(accuracies), 4), round(stdev(accuracies), 4), tuple(round(a, 4) for a in accuracies))


def pretrained(state: Mapping[str, Tensor], seeds: tuple[int, ...] = SEEDS, side: int = IMAGE_SIZE) -> Measured:
    """Return how the backbone with these weights transfers; a seed moves the head and the order of the batches.

    `side` is the height and width of the images in pixels.
    """
    classes = len(state["fc.bias"])
    model = build(classes, 0)
    model.load_state_dict(state)
    train, validation = _features(model, side)
    return Measured.over(tuple(_accuracy(train, validation, seed) for seed in seeds))


def at_random(seeds: tuple[int, ...] = SEEDS) -> Measured:
    """Return how untrained backbones transfer; a seed moves the backbone too."""
    return Measured.over(tuple(_accuracy(*_features(build(1000, seed), IMAGE_SIZE), seed) for seed in seeds))


def _features(model: nn.Module, side: int) -> tuple[Batch, Batch]:
    model.fc = nn.Identity()
    model.eval()
    data = digits(Transform(side, MEAN, STD), torch.device("cpu"))
    return _through(model, data.train), _through(model, data.validation)


def _through(model: nn.Module, split: Split) -> Batch:
    with torch.no_grad():
        return torch.cat([model(images) for images, _ in split.batches(256)]), split.labels


def _accuracy(train: Batch, validation: Batch, seed: int) -> float:
    """Train a head on features (n, width) and return the share of right answers on the validation features."""
    torch.manual_seed(seed)
    head = nn.Linear(train[0].shape[1], _CLASSES)
    optimizer = torch.optim.Adam(head.parameters(), lr=_RATE)
    for epoch in range(1, _EPOCHS + 1):
        for picked in order_of(seed, epoch, len(train[0])).split(_BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(head(train[0][picked]), train[1][picked]).backward()
            optimizer.step()
    with torch.no_grad():
        return float((head(validation[0]).argmax(dim=1) == validation[1]).float().mean())

"""Images and labels of a profile, split into training and validation, and what is done to an image on the device.

Invariant: images stay bytes until they are on the device; every path and every solution gets them through the same
`Transform`, so that no two of them ever see different pixels.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import torch
from torch.nn import functional

Batch = tuple[torch.Tensor, torch.Tensor]
"""Inputs (N, ...) and labels (N,), on the device."""

_DIGITS_VALIDATION: Final = 0.2
"""360 of the 1,797 scans: enough that a standard error is below 2 %, and 1,437 are left to train on."""
_DIGITS_SPLIT_SEED: Final = 0
"""The split is part of the data, so it does not follow the seed of a run."""


@dataclass(frozen=True)
class Transform:
    """Bytes (N, 3, height, width) -> what the backbone expects: resized, cropped in the middle, normalised."""

    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    resize: int | None = None
    """The shorter side before the crop; None: `size`, so that nothing is cropped."""

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Return float32 images (N, 3, size, size) on the device of `images`."""
        wanted = self.resize or self.size
        height, width = images.shape[-2:]
        shorter = min(height, width)
        target = (round(height * wanted / shorter), round(width * wanted / shorter))
        images = images.float().div_(255)
        if target != (height, width):
            # Antialiased, as torchvision's own transforms resize images.
            images = functional.interpolate(images, size=target, mode="bilinear", antialias=True, align_corners=False)
        top, left = (target[0] - self.size + 1) // 2, (target[1] - self.size + 1) // 2
        images = images[..., top : top + self.size, left : left + self.size]
        mean, std = (images.new_tensor(values).view(1, -1, 1, 1) for values in (self.mean, self.std))
        return (images - mean) / std

    @property
    def digest(self) -> str:
        """Names this transform in the keys of what was computed through it."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def _as_they_are(inputs: torch.Tensor) -> torch.Tensor:
    return inputs


@dataclass(frozen=True)
class Split:
    """Inputs with their labels, ready to be served in batches."""

    inputs: torch.Tensor
    """Images as bytes (N, 3, height, width), or features (N, width); on the CPU."""
    labels: torch.Tensor
    """Class numbers (N,), int64, on the CPU."""
    device: torch.device
    """Where batches go."""
    transform: Callable[[torch.Tensor], torch.Tensor] = _as_they_are
    """Done to a batch on the device."""

    def __len__(self) -> int:
        return len(self.labels)

    def batches(self, size: int, order: torch.Tensor | None = None) -> Iterator[Batch]:
        """Yield the inputs in batches, in `order` if that is given, the rest of a division last."""
        for start in range(0, len(self), size):
            chosen: slice | torch.Tensor = (
                slice(start, start + size) if order is None else order[start : start + size]
            )
            inputs = self.inputs[chosen].to(self.device, non_blocking=True)
            yield self.transform(inputs), self.labels[chosen].to(self.device, non_blocking=True)

    def part(self, start: int, count: int) -> "Split":
        """Return the images from `start` on, at most `count` of them."""
        end = start + count
        return replace(self, inputs=self.inputs[start:end], labels=self.labels[start:end])

    def sample(self, count: int) -> Batch:
        """Return the first few as one batch."""
        return next(self.batches(count))


class Data(NamedTuple):
    """The images of a profile."""

    name: str
    """What they are, for people."""
    classes: tuple[str, ...]
    """Names of the classes, in the order of their numbers."""
    train: Split
    """What is trained on."""
    validation: Split
    """What is measured on."""
    digest: str
    """SHA-256 over images, labels and split."""


def order_of(seed: int, epoch: int, count: int) -> torch.Tensor:
    """Return the order of the images in an epoch: of seed and epoch alone, so that a run can go on at any of them."""
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed * 1_000_003 + epoch))


def digest_of(*tensors: torch.Tensor) -> str:
    """Return the SHA-256 of tensors' shapes and bytes."""
    hashed = hashlib.sha256()
    for tensor in tensors:
        hashed.update(f"{tensor.dtype}{tuple(tensor.shape)}".encode())
        hashed.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return hashed.hexdigest()


def digits(transform: Transform, device: torch.device) -> Data:
    """Return scikit-learn's handwritten digits: 1,797 scans of 8x8 pixels from 43 writers, 10 classes."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    found = load_digits()
    # Sixteen levels of ink, bright on dark, become bytes in three equal channels.
    grey = torch.from_numpy(found.images).mul(255 / 16).round().to(torch.uint8)
    images = grey[:, None].expand(-1, 3, -1, -1).contiguous()
    labels = torch.from_numpy(found.target).long()
    train, validation = train_test_split(
        range(len(labels)), test_size=_DIGITS_VALIDATION, random_state=_DIGITS_SPLIT_SEED, stratify=found.target
    )
    return made_of(
        "handwritten digits of scikit-learn", tuple("0123456789"),
        (images[train], labels[train]), (images[validation], labels[validation]), transform, device,
    )  # fmt: skip


def made_of(
    name: str, classes: tuple[str, ...], train: Batch, validation: Batch, transform: Transform, device: torch.device
) -> Data:
    """Return images and labels as the data of a profile."""
    return Data(
        name, classes, Split(*train, device, transform), Split(*validation, device, transform),
        digest_of(*train, *validation),
    )  # fmt: skip

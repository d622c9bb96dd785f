"""From clean drawn glyphs to hard images: every step of a real pen, page and scanner, overdone.

Invariant: what comes out depends on the pictures and the generator alone. Values stay in [0, 1]; ink is bright, but
for the share that is inverted on purpose.
"""

from collections.abc import Callable
from typing import Final

import torch
from torch import Generator, Tensor
from torch.nn import functional

from quizkit.lab.child.quantised import IMAGE_SIZE

_STROKES: Final = (-3, 0, 0, 3, 5, 7)
"""Sizes of the square brush that thickens (or, negative, thins) the strokes at the drawn size."""
_RESOLUTIONS: Final = (8, 8, 12, 16, 32, 32)
"""Pixels a side that the image passes through: scans are coarse and are enlarged."""
_INVERTED: Final = 0.15
_TURN, _SHEAR, _SHIFT, _WAVE = 0.3, 0.35, 0.12, 0.09
"""Largest turn in radians, shear, shift as a part of half the side, and size of the elastic waves likewise."""

_Change = Callable[[Tensor, int], Tensor]


def distort(pictures: Tensor, generator: Generator) -> Tensor:
    """Return float32 images (n, 1, IMAGE_SIZE, IMAGE_SIZE) of uint8 pictures (n, side, side), each in its own way."""
    images = pictures[:, None].float() / 255
    images = _per_group(images, _STROKES, _brush, generator)
    images = functional.grid_sample(images, _grid(len(images), generator), align_corners=False)
    images = functional.interpolate(images, (IMAGE_SIZE, IMAGE_SIZE), mode="area")
    images = _per_group(images, _RESOLUTIONS, _rescan, generator)
    return _expose(images, generator).clamp(0, 1)


def _uniform(count: int, low: float, high: float, generator: Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _per_group(images: Tensor, choices: tuple[int, ...], change: _Change, generator: Generator) -> Tensor:
    picked = torch.randint(len(choices), (len(images),), generator=generator)
    changed = images.clone()
    for index, choice in enumerate(choices):
        changed[picked == index] = change(images[picked == index], choice)
    return changed


def _brush(images: Tensor, size: int) -> Tensor:
    if size == 0 or not len(images):
        return images
    sign = 1 if size > 0 else -1
    return sign * functional.max_pool2d(sign * images, abs(size), stride=1, padding=abs(size) // 2)


def _rescan(images: Tensor, resolution: int) -> Tensor:
    if resolution == IMAGE_SIZE or not len(images):
        return images
    coarse = functional.interpolate(images, (resolution, resolution), mode="area")
    return functional.interpolate(coarse, (IMAGE_SIZE, IMAGE_SIZE), mode="bilinear")


def _grid(count: int, generator: Generator) -> Tensor:
    """Return where each pixel is taken from, (count, side, side, 2): an affine map and smooth waves on top."""
    side = 2 * IMAGE_SIZE
    turn = _uniform(count, -_TURN, _TURN, generator)
    shear = _uniform(count, -_SHEAR, _SHEAR, generator)
    width, height = (_uniform(count, 0.85, 1.4, generator) for _ in range(2))
    across, down = (_uniform(count, -_SHIFT, _SHIFT, generator) for _ in range(2))
    affine = torch.stack(
        [
            torch.stack([turn.cos() * width, (shear - turn.sin()) * height, across], dim=1),
            torch.stack([turn.sin() * width, turn.cos() * height, down], dim=1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(affine, [count, 1, side, side], align_corners=False)
    waves = torch.randn(count, 2, 4, 4, generator=generator) * _WAVE
    return grid + functional.interpolate(waves, (side, side), mode="bicubic").permute(0, 2, 3, 1)


def _expose(images: Tensor, generator: Generator) -> Tensor:
    def each(low: float, high: float) -> Tensor:
        return _uniform(len(images), low, high, generator).reshape(-1, 1, 1, 1)

    ground, contrast, gamma, noise = each(0, 0.25), each(0.5, 1), each(0.6, 1.6), each(0, 0.15)
    images = ground + (1 - ground) * contrast * images.clamp(0, 1) ** gamma
    images = images + noise * torch.randn(images.shape, generator=generator)
    return torch.where(each(0, 1) < _INVERTED, 1 - images, images)

"""Eight bits per weight: a state dict of `torchvision.models.resnet18` as a small safetensors file, and back.

Every weight of two or more dimensions becomes int8 with one float32 scale per output channel, kept under the weight's
name plus `.scale`; BatchNorm, biases and buffers stay as they are. Invariant: whatever comes back has the names,
shapes and dtypes of what went in, so that `load_state_dict(..., strict=True)` takes it, and no weight is further from
its original than half a step of its channel.

What the backbone in such a file expects: float32 images of shape (N, 3, IMAGE_SIZE, IMAGE_SIZE) with values in
[0, 1], three equal channels, ink bright on dark ground (1.0 is ink), then `(image - MEAN) / STD`.

Child side: torch and safetensors only.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

IMAGE_SIZE: Final = 32
"""Height and width in pixels of the images that the backbone was pretrained on; features are best at this size."""
MEAN: Final = (0.5, 0.5, 0.5)
"""Subtracted from each channel of an image in [0, 1]."""
STD: Final = (0.5, 0.5, 0.5)
"""Divides each channel after that, so that ink is +1 and ground -1."""

_SCALE: Final = ".scale"
_STEPS: Final = 127


class DamagedWeightsError(Exception):
    """The file is not what `quantise` made; says what is wrong with it."""


def quantise(state_dict: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors to save: int8 weights of the same shape, scales of shape (channels,), all else as it is."""
    tensors: dict[str, torch.Tensor] = {}
    for name, tensor in state_dict.items():
        if tensor.ndim < 2 or not tensor.is_floating_point():
            tensors[name] = tensor.detach().clone().contiguous()
            continue
        weight = tensor.detach().float()
        largest = weight.flatten(1).abs().amax(dim=1)
        # A channel of zeros has no step; any scale gives zeros back, and 1 divides safely.
        scale = torch.where(largest > 0, largest / _STEPS, torch.ones_like(largest))
        tensors[name] = (weight / _per_channel(scale, weight)).round().to(torch.int8).contiguous()
        tensors[name + _SCALE] = scale
    return tensors


def dequantise(file: Path) -> dict[str, torch.Tensor]:
    """Return the float32 state dict in a file; raise DamagedWeightsError if it is cut, foreign or not quantised."""
    try:
        tensors = load_file(file)
    except SafetensorError as error:
        raise DamagedWeightsError(f"{file.name} is not a whole safetensors file: {error}") from error
    return restore(tensors)


def restore(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the float32 state dict that `quantise` made these tensors of; raise DamagedWeightsError otherwise."""
    quantised = {name for name, tensor in tensors.items() if tensor.dtype == torch.int8}
    scales = {name + _SCALE for name in quantised}
    unmatched = sorted((scales - tensors.keys()) | {n for n in tensors if n.endswith(_SCALE) and n not in scales})
    if unmatched or not quantised:
        raise DamagedWeightsError(
            f"not eight-bit weights with their scales: {', '.join(unmatched) or 'no int8 tensor'}"
        )
    return {
        name: tensor.float() * _per_channel(tensors[name + _SCALE], tensor) if name in quantised else tensor
        for name, tensor in tensors.items()
        if name not in scales
    }


def _per_channel(scale: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return scale.reshape(-1, *[1] * (weight.ndim - 1))

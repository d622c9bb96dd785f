"""Seeded stub weights: a pretrained model is really built, on real tensors, and nothing is ever downloaded.

Invariant: a stub depends on the weights' name alone, never on the probe's seed, and drawing it moves no global
generator. Only the initialisation that the stub overwrites is skipped. Models built without weights are untouched.
"""

import functools
import os
import sys
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlparse

import torch
from torch import nn

_BLOCK_LENGTH: Final = 1_000_003
"""A prime, so that no filter's length divides it and equal filters never repeat."""
_SKIPPED: Final = (
    "uniform_", "normal_", "trunc_normal_", "kaiming_uniform_", "kaiming_normal_",
    "xavier_uniform_", "xavier_normal_", "orthogonal_",
)  # fmt: skip
_GAIN: Final = 0.7
"""Scale of normalisation weights: residual sums stay finite through ResNet-152."""

_block: list[torch.Tensor] = []
_used: list[str] = []
_building: list[bool] = []
_real: list[bool] = []
_real_load: Final = nn.Module.load_state_dict


class WeightsMissing(Exception):  # noqa: N818
    """Weights that a program asks for are not here; says which, and where to put them."""


class _Stub(OrderedDict[str, torch.Tensor]):
    """Stands for a state dict that is filled in on loading."""

    name = ""


def used() -> list[str]:
    """Return the names of the weights that stubs stood in for in this process."""
    return sorted(set(_used))


def use_real_weights() -> None:
    """From now on, in this process, load real weights from torch's own cache; never download."""
    _real.append(True)


def warm_up() -> None:
    """Draw the block that stubs are filled from: 4 MB, once, before forking."""
    generator = torch.Generator().manual_seed(20_260_101)
    _block.append(torch.empty(_BLOCK_LENGTH).uniform_(-1, 1, generator=generator))


def _noise(shape: torch.Size, name: str) -> torch.Tensor:
    """Return a tensor of `shape`, uniform in [-1, 1), that depends on `name` alone."""
    if not _block:
        warm_up()
    flat = torch.empty(shape.numel())
    start, filled = zlib.crc32(name.encode()) % _BLOCK_LENGTH, 0
    while filled < flat.numel():
        piece = _block[0][start : start + flat.numel() - filled]
        flat[filled : filled + piece.numel()] = piece
        filled, start = filled + piece.numel(), 0
    return flat.view(shape)


def _filled(name: str, key: str, tensor: torch.Tensor) -> torch.Tensor | None:
    """Return the values for one entry of a state dict; None leaves it as it was built."""
    if not tensor.is_floating_point():
        return None
    last = key.rpartition(".")[2]
    noise = _noise(tensor.shape, f"{name}.{key}")
    if last == "running_var":
        return noise.mul_(0.2).add_(1)
    if last in ("running_mean", "bias", "in_proj_bias"):
        return noise.mul_(0.1)
    if tensor.dim() == 1 and last == "weight":
        return noise.mul_(0.1).add_(_GAIN)
    if tensor.dim() >= 2 and last in ("weight", "in_proj_weight"):
        fan_in = tensor[0].numel()
        return noise.mul_((6 / fan_in) ** 0.5)
    return noise.mul_(0.02)


def _fill(model: nn.Module, name: str) -> None:
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            values = _filled(name, key, tensor)
            if values is not None:
                tensor.copy_(values)
    _used.append(name)


@contextmanager
def _initialisation_skipped() -> Iterator[None]:
    def leave(tensor: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        return tensor

    kept = {name: getattr(nn.init, name) for name in _SKIPPED}
    for name in kept:
        setattr(nn.init, name, leave)
    _building.append(True)
    try:
        yield
    finally:
        _building.pop()
        for name, function in kept.items():
            setattr(nn.init, name, function)


def _asks_for_weights(args: tuple[Any, ...], options: dict[str, Any]) -> bool:
    asked = options.get("weights", options.get("pretrained", args[0] if args else None))
    return asked is not None and asked is not False


def _stubbed(builder: Callable[..., nn.Module]) -> Callable[..., nn.Module]:
    @functools.wraps(builder)
    def build(*args: Any, **options: Any) -> nn.Module:
        if _real or not _asks_for_weights(args, options):
            return builder(*args, **options)
        with _initialisation_skipped():
            return builder(*args, **options)

    return build


def _get_state_dict(weights: Any, *args: Any, **options: Any) -> Any:
    """Stand in for `WeightsEnum.get_state_dict`."""
    if _real:
        return _load_from_cache(weights.url)
    name = f"{type(weights).__name__}.{weights.name}"
    if not _building:
        from torchvision.models import _api

        for builder in list(_api.BUILTIN_MODELS.values()):
            if _api._get_enum_from_fn(builder) is type(weights):
                return builder(weights=weights).state_dict()
    stub = _Stub()
    stub.name = name
    return stub


def _load_state_dict(model: nn.Module, state_dict: Any, *args: Any, **options: Any) -> Any:
    """Stand in for `Module.load_state_dict`: a stub fills the model, anything else is loaded as ever."""
    if type(state_dict) is not _Stub:
        return _real_load(model, state_dict, *args, **options)
    _fill(model, state_dict.name)
    return nn.modules.module._IncompatibleKeys([], [])


def _load_from_cache(url: str, *args: Any, **options: Any) -> Any:
    """Stand in for `torch.hub.load_state_dict_from_url`."""
    file = Path(torch.hub.get_dir()) / "checkpoints" / Path(os.fspath(urlparse(url).path)).name
    if not file.is_file():
        advice = f"put the file at {file}" if _real else "say `requires: [weights]` and put the file in torch's cache"
        raise WeightsMissing(f"the weights {file.name} are not here; {advice}")
    return torch.load(file, map_location="cpu", weights_only=True)


def install_stubs() -> None:
    """Replace what would download: every registered builder, `get_state_dict`, and torch.hub's loader."""
    from torchvision.models import _api

    for key, builder in list(_api.BUILTIN_MODELS.items()):
        stubbed = _stubbed(builder)
        _api.BUILTIN_MODELS[key] = stubbed
        for name, module in list(sys.modules.items()):
            if name.startswith("torchvision.models"):
                for attribute, value in list(vars(module).items()):
                    if value is builder:
                        setattr(module, attribute, stubbed)
    _api.WeightsEnum.get_state_dict = _get_state_dict
    nn.Module.load_state_dict = _load_state_dict  # type: ignore[method-assign]
    torch.hub.load_state_dict_from_url = _load_from_cache
    _api.load_state_dict_from_url = _load_from_cache

"""Seeded stub weights: a pretrained model is really built, on real tensors, and nothing is ever downloaded.

Invariant: a stub depends on the weights' name alone, never on the probe's seed, and building with it moves no global
generator. Only the initialisation that the stub overwrites is skipped. Models built without weights are untouched.
"""

import functools
import sys
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
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
_missing: list[str] = []
_building: list[bool] = []
_captured: list[dict[str, Any]] = []
"""The last stub as a whole, with heads that a builder then removes."""
_real: list[bool] = []
_real_load: Final = nn.Module.load_state_dict
_real_fetch: Final = torch.hub.load_state_dict_from_url


class WeightsMissingError(Exception):
    """Weights that a program asks for are not here; says which, and where to put them."""


class _Stub(OrderedDict[str, torch.Tensor]):
    """Stands for a state dict that is filled in on loading."""

    name = ""


def used() -> list[str]:
    """Return the names of the weights that stubs stood in for in this process."""
    return sorted(set(_used))


def missing() -> list[str]:
    """Return what was asked for in this process and is not here, a sentence each, whether or not anyone noticed."""
    return sorted(set(_missing))


def use_real_weights() -> None:
    """From now on, in this process, load real weights from torch's own cache; never download."""
    _real.append(True)


def warm_up() -> None:
    """Draw the block that stubs are filled from: 4 MB, once, before forking."""
    generator = torch.Generator().manual_seed(20_260_101)
    _block.append(torch.empty(_BLOCK_LENGTH, dtype=torch.float32, device="cpu").uniform_(-1, 1, generator=generator))


def _scale(key: str, tensor: torch.Tensor) -> tuple[float, float]:
    """Return the reach and the centre of the values of one entry of a state dict."""
    last = key.rpartition(".")[2]
    if last == "running_var":
        return 0.2, 1
    if last in ("running_mean", "bias", "in_proj_bias"):
        return 0.1, 0
    if tensor.dim() == 1 and last == "weight":
        return 0.1, _GAIN
    if tensor.dim() >= 2 and last in ("weight", "in_proj_weight"):
        fan_in = tensor[0].numel()
        return (6 / fan_in) ** 0.5, 0
    return 0.02, 0


def _write(tensor: torch.Tensor, name: str, reach: float, centre: float) -> None:
    """Fill a tensor with values in centre ± reach that depend on `name` alone, in one pass if it is contiguous."""
    is_plain = tensor.is_contiguous() and tensor.dtype is torch.float32 and tensor.device.type == "cpu"
    flat = tensor.view(-1) if is_plain else torch.empty(tensor.numel(), dtype=torch.float32, device="cpu")
    start, filled = zlib.crc32(name.encode()) % _BLOCK_LENGTH, 0
    while filled < flat.numel():
        piece = _block[0][start : start + flat.numel() - filled]
        torch.mul(piece, reach, out=flat[filled : filled + piece.numel()])
        filled, start = filled + piece.numel(), 0
    if centre:
        flat.add_(centre)
    if not is_plain:
        tensor.copy_(flat.view(tensor.shape))


def _fill(model: nn.Module, name: str) -> None:
    """Fill every floating-point entry of a model's state; the others stay as they were built."""
    if not _block:
        warm_up()
    state = model.state_dict()
    with torch.no_grad():
        for key, tensor in state.items():
            if isinstance(tensor, torch.Tensor) and tensor.is_floating_point() and tensor.numel():
                _write(tensor, f"{name}.{key}", *_scale(key, tensor))
    _used.append(name)
    _captured[:] = [state]


@contextmanager
def _initialisation_skipped() -> Iterator[None]:
    def leave(tensor: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        return tensor

    kept = {name: getattr(nn.init, name) for name in _SKIPPED}
    state = torch.default_generator.get_state()
    for name in kept:
        setattr(nn.init, name, leave)
    _building.append(True)
    try:
        yield
    finally:
        _building.pop()
        for name, function in kept.items():
            setattr(nn.init, name, function)
        # Some models draw in ways that cannot be skipped.
        torch.default_generator.set_state(state)


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


def _builder_of(url: str) -> tuple[Callable[..., nn.Module], Any] | None:
    """Return the builder and the weights that a URL belongs to."""
    from torchvision.models import _api

    for builder in list(_api.BUILTIN_MODELS.values()):
        for weights in _api._get_enum_from_fn(builder):
            if weights.url == url:
                return builder, weights
    return None


def _stub_from_url(url: str) -> dict[str, Any] | None:
    """Return a whole stub state dict for a URL of torchvision's weights; None for any other."""
    if (found := _builder_of(url)) is None:
        return None
    builder, weights = found
    builder(weights=weights)
    return _captured.pop()


def _get_state_dict(weights: Any, *args: Any, **options: Any) -> Any:
    """Stand in for `WeightsEnum.get_state_dict`."""
    if _real or not _building:
        return _load_state_dict_from_url(weights.url, *args, **options)
    stub = _Stub()
    stub.name = f"{type(weights).__name__}.{weights.name}"
    return stub


def _load_state_dict(self: nn.Module, state_dict: Any, *args: Any, **options: Any) -> Any:
    """Stand in for `Module.load_state_dict`: a stub fills the model, anything else is loaded as ever."""
    if type(state_dict) is not _Stub:
        return _real_load(self, state_dict, *args, **options)
    _fill(self, state_dict.name)
    return nn.modules.module._IncompatibleKeys([], [])


def _load_state_dict_from_url(
    url: str, model_dir: str | None = None, map_location: Any = None, *_: Any, file_name: str | None = None, **__: Any
) -> Any:
    """Stand in for `torch.hub.load_state_dict_from_url`: a stub, or with real weights what lies in torch's cache."""
    if not _real and (stub := _stub_from_url(url)) is not None:
        return stub
    folder = Path(model_dir) if model_dir is not None else Path(torch.hub.get_dir()) / "checkpoints"
    file = folder / (file_name or PurePosixPath(urlparse(url).path).name)
    if file.is_file():
        return torch.load(file, map_location=map_location, weights_only=True)
    if _real:
        advice = f"download {url} and put it at {file}"
    else:
        advice = "only torchvision's own have a stand-in; say `requires: [weights]` to use the file in torch's cache"
    _missing.append(f"the weights {file.name} are not here; {advice}")
    raise WeightsMissingError(_missing[-1])


def install_stubs() -> None:
    """Replace what would download: every registered builder, `get_state_dict`, and torch.hub's loader."""
    from torchvision.models import _api

    stands_in: dict[int, Any] = {id(_real_fetch): _load_state_dict_from_url}
    for key, builder in list(_api.BUILTIN_MODELS.items()):
        _api.BUILTIN_MODELS[key] = stands_in[id(builder)] = _stubbed(builder)
    for name, module in list(sys.modules.items()):
        if name.startswith(("torchvision.", "torch.hub", "torch.utils.model_zoo")):
            for attribute, value in list(vars(module).items()):
                if id(value) in stands_in:
                    setattr(module, attribute, stands_in[id(value)])
    _api.WeightsEnum.get_state_dict = _get_state_dict
    nn.Module.load_state_dict = functools.wraps(_real_load)(_load_state_dict)  # type: ignore[method-assign]

"""The pretrained network of a profile: its weights, where they come from, and how its images must look.

Invariant: weights fill every tensor of the architecture or the run fails; nothing is left at random in silence. While
a solution runs, its top level included, `weights=` and `pretrained=True` give this backbone and nothing else.
"""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple
from urllib.parse import urlparse

import torch
from safetensors.torch import load_file
from torch import nn
from torchvision import models
from torchvision.models import ResNet18_Weights, WeightsEnum

from quizkit.lab.child import quantised
from quizkit.lab.child.data import Transform, digest_of
from quizkit.lab.child.events import Tell
from quizkit.lab.child.failure import RunError, is_out_of_memory
from quizkit.lab.child.fetch import fetch

HEAD: Final = "fc"
"""Where every ResNet of torchvision has its head."""

_BUILDERS: Final[Mapping[str, Callable[..., nn.Module]]] = {
    "resnet18": models.resnet18, "resnet34": models.resnet34, "resnet50": models.resnet50,
    "resnet101": models.resnet101, "resnet152": models.resnet152,
}  # fmt: skip
_WRAPPERS: Final = ("state_dict", "model", "model_state_dict")
"""Where training programs keep a state dict in a checkpoint."""
_PREFIX: Final = "module."
"""What DataParallel puts before every name."""
_ANOTHER: Final = (
    "name another --weights FILE, as torch.save(model.state_dict(), FILE) writes it, or leave it out to download "
    "torchvision's"
)
"""What to do about a file that was named."""
_REINSTALL: Final = "install quizkit again"
_COUNTER: Final = "num_batches_tracked"
"""BatchNorm's count of batches. State dicts from before it was counted have none: torchvision's published ones."""

State = Mapping[str, torch.Tensor]


def _of_imagenet() -> Transform:
    made = ResNet18_Weights.DEFAULT.transforms()
    return Transform(made.crop_size[0], tuple(made.mean), tuple(made.std), made.resize_size[0])


GLYPHS: Final = Transform(quantised.IMAGE_SIZE, quantised.MEAN, quantised.STD)
"""What must be done to images for the backbone that comes with quizkit, and for its control."""
IMAGENET: Final = _of_imagenet()
"""The same for one that was pretrained on ImageNet, as torchvision does it."""


class Backbone(NamedTuple):
    """A pretrained network with its old head."""

    model: nn.Module
    name: str
    """Its architecture."""
    digest: str
    """SHA-256 of its weights."""
    provenance: str
    """Where its weights come from, in a sentence."""
    transform: Transform
    """What must be done to images for it."""

    @property
    def features(self) -> int:
        """How many features its head is given."""
        return int(getattr(self.model, HEAD).in_features)

    @property
    def parameters(self) -> int:
        """How many numbers it has learnt."""
        return sum(parameter.numel() for parameter in self.model.parameters())


def shipped(file: Path) -> Backbone:
    """Return the ResNet-18 that comes with quizkit, pretrained on glyphs. Raises RunError."""
    try:
        state = quantised.dequantise(file)
    except FileNotFoundError as error:
        raise RunError("weights", f"the shipped weights {file} are not there", _REINSTALL) from error
    except (quantised.DamagedWeightsError, OSError) as error:
        raise RunError("weights", f"the shipped weights are damaged: {error}", _REINSTALL) from error
    return _built(state, file.name, f"pretrained on rendered glyphs, shipped as {file.name}", GLYPHS, _REINSTALL)


def imagenet(file: Path | None, cache: Path, tell: Tell) -> Backbone:
    """Return the network in a file of weights, or torchvision's ResNet-18 of ImageNet. Raises RunError."""
    weights = ResNet18_Weights.DEFAULT
    if file is not None:
        return _built(_state_in(file, _ANOTHER), file.name, f"the file {file.name}", IMAGENET, _ANOTHER)
    name = PurePosixPath(urlparse(weights.url).path).name
    at_torchs = Path(torch.hub.get_dir()) / "checkpoints" / name
    # resnet18-f37072fd.pth: the file's own name tells how its SHA-256 begins.
    digest = PurePosixPath(name).stem.rpartition("-")[2]
    found = at_torchs if at_torchs.is_file() else fetch(weights.url, cache / name, "sha256", digest, "weights", tell)
    remedy = f"remove {found}, then give the same command again: it is downloaded anew"
    provenance = f"torchvision's {weights}, pretrained on ImageNet"
    return _built(_state_in(found, remedy), name, provenance, IMAGENET, remedy)


def at_random(transform: Transform, seed: int) -> Backbone:
    """Return a ResNet-18 as it is built, pretrained on nothing: what a pretrained one has to be better than."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = models.resnet18()
    digest = digest_of(*model.state_dict().values())
    return Backbone(model, "resnet18", digest, f"at random by seed {seed}, pretrained on nothing", transform)


def _state_in(file: Path, remedy: str) -> State:
    """Return the state dict in a file of torch's or in a safetensors file. Raises RunError."""
    other = f"{file} holds no state dict: it is damaged, of another kind, or a whole network that was pickled"
    try:
        if file.suffix == ".safetensors":
            found: Any = load_file(file)
        else:
            found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        # What torch makes of a damaged file can be anything: a KeyError, an IndexError, an error of `struct`.
        if is_out_of_memory(error):
            raise
        if isinstance(error, OSError):
            raise RunError("weights", f"{file} cannot be read: {error.strerror or error}", remedy) from error
        raise RunError("weights", other, remedy) from error
    for wrapper in _WRAPPERS:
        if isinstance(found, Mapping) and isinstance(found.get(wrapper), Mapping):
            found = found[wrapper]
    if not isinstance(found, Mapping) or not all(isinstance(each, torch.Tensor) for each in found.values()):
        raise RunError("weights", other, remedy)
    return {str(name).removeprefix(_PREFIX): tensor for name, tensor in found.items()}


def _built(state: State, source: str, provenance: str, transform: Transform, remedy: str) -> Backbone:
    """Return the ResNet that these weights fill, whichever it is."""
    bias = state.get(f"{HEAD}.bias")
    classes = len(bias) if bias is not None and bias.ndim == 1 else 1000
    wrong = []
    for name, build in _BUILDERS.items():
        with torch.device("meta"):
            model = build(num_classes=classes)
        wanted = model.state_dict()
        counters = {key: torch.tensor(0) for key in wanted if key.endswith(_COUNTER)}
        full = {**counters, **state}
        if difference := _difference(wanted, full):
            wrong.append((len(difference), f"{name}: {', '.join(difference[:3])}"))
            continue
        if any(tensor.is_meta or tensor.is_complex() for tensor in state.values()):
            what = f"the weights of {source} hold tensors without data, or of complex numbers"
            raise RunError("weights", what, remedy)
        model = model.to_empty(device="cpu")
        model.load_state_dict(full)
        if not all(bool(tensor.isfinite().all()) for tensor in state.values()):
            raise RunError("weights", f"the weights of {source} hold numbers that are not finite", remedy)
        return Backbone(model, name, digest_of(*state.values()), provenance, transform)
    what = f"the weights of {source} fit no ResNet of torchvision; nearest is {min(wrong)[1]}"
    raise RunError("weights", what, "name the state dict of a resnet18, 34, 50, 101 or 152, its head included")


def _difference(wanted: State, found: State) -> list[str]:
    """Return what two state dicts differ in, a few words each."""
    missing = [f"{name} is missing" for name in wanted if name not in found]
    unknown = [f"{name} is unknown" for name in found if name not in wanted]
    shapes = [
        f"{name} is {tuple(found[name].shape)}, not {tuple(tensor.shape)}"
        for name, tensor in wanted.items()
        if name in found and found[name].shape != tensor.shape
    ]
    return missing + shapes + unknown


def resolve_pretrained_to(backbone: Backbone) -> None:
    """From now on, in this process, let torchvision's builders give this backbone for any weights asked of them."""
    state = {name: tensor.clone() for name, tensor in backbone.model.state_dict().items()}

    def get_state_dict(weights: WeightsEnum, *_: Any, **__: Any) -> State:
        asked = type(weights).__name__.removesuffix("_Weights").lower()
        if asked != backbone.name:
            raise RuntimeError(
                f"this run has weights for {backbone.name}, not for {asked}; use the model that prepare gets"
            )
        return state

    WeightsEnum.get_state_dict = get_state_dict


def resolve_pretrained_by(load: Callable[[], Backbone]) -> None:
    """Do the same for a backbone that is loaded when it is first asked for, if ever."""

    def get_state_dict(weights: WeightsEnum, *_: Any, **__: Any) -> State:
        resolve_pretrained_to(load())
        state: State = weights.get_state_dict()
        return state

    WeightsEnum.get_state_dict = get_state_dict

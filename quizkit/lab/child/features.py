"""The fast path: a frozen backbone in evaluation mode is a pure function, so its features are computed once.

Invariant: it is taken only where nothing but the head can change and the head is the last thing that happens; the
features are then what the head is given in the whole network. They are kept in a file that is mapped, not read, and
whose name is the digest of everything they depend on.
"""

import copy
import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from torch import nn

from quizkit.lab.atomic import written_whole
from quizkit.lab.child.audit import Snapshot
from quizkit.lab.child.backbone import HEAD
from quizkit.lab.child.data import Data, Split, Transform, digest_of
from quizkit.lab.child.events import Progress, Tell
from quizkit.lab.child.machine import Format

_BATCH = 256
"""Images in a forward pass: enough to keep a device busy, 40 MiB of input at 224x224 pixels."""


def why_not(model: nn.Module, before: Snapshot, optimized: Iterable[torch.Tensor], images: torch.Tensor) -> str:
    """Return why features must not be computed once, as a clause of a sentence; nothing if they may."""
    head = before.added(model)
    if not head or any(not name.startswith(f"{HEAD}.") for name in head):
        return f"the new head is not what stands at {HEAD}"
    if loose := [name for name, each in model.named_parameters() if each.requires_grad and name not in head]:
        return f"{len(loose)} tensors outside the head take gradients"
    if any(id(each) not in set(map(id, head.values())) for each in optimized):
        return "the optimizer is given more than the head"
    inside = set(getattr(model, HEAD).modules())
    if training := [module for module in model.modules() if module.training and module not in inside]:
        return f"{len(training)} modules outside the head are in training mode"
    if not _ends_with_head(model, images):
        return "the network does not end with its head"
    return ""


@torch.no_grad()
def _ends_with_head(model: nn.Module, images: torch.Tensor) -> bool:
    """Say whether the network's scores are the head's scores of its features, bit for bit."""
    double = copy.deepcopy(model).eval()
    scores, head = double(images), getattr(double, HEAD)
    features = extractor(double)(images)
    try:
        return bool(features.ndim == 2 and torch.equal(head(features), scores))
    except RuntimeError:
        # A head that cannot take them was not given them.
        return False


def extractor(model: nn.Module) -> nn.Module:
    """Return a copy of the network that gives what its head is given, frozen and evaluating."""
    double = copy.deepcopy(model)
    setattr(double, HEAD, nn.Identity())
    return double.eval().requires_grad_(False)


def cached(data: Data, transform: Transform, network: nn.Module, how: Format, cache: Path | None, tell: Tell) -> Data:
    """Return the data as features of `network`, from the cache if they are there; else computed and kept."""
    total = len(data.train) + len(data.validation)
    file = cache / f"features-{_key(data, transform, network, how)}.npy" if cache is not None else None
    features = _mapped(file, total) if file is not None else None
    if features is None:
        features = _computed([data.train, data.validation], how.applied_to(network), how, total, tell)
        if file is not None:
            with written_whole(file) as draft, draft.open("wb") as opened:
                np.save(opened, features.numpy(), allow_pickle=False)
            features = _mapped(file, total)
            assert features is not None, "what was just written can be read"
    train, validation = features.split([len(data.train), len(data.validation)])
    return data._replace(
        train=Split(train, data.train.labels, data.train.device),
        validation=Split(validation, data.validation.labels, data.validation.device),
    )


def _key(data: Data, transform: Transform, network: nn.Module, how: Format) -> str:
    """Return the digest of all that features depend on: every tensor of the network, images, transform, format."""
    weights = digest_of(*network.state_dict().values())
    facts = (
        weights,
        str(network),
        data.digest,
        transform.digest,
        how.name,
        how.channels_last,
        data.train.device.type,
    )
    return hashlib.sha256(repr((*facts, str(torch.__version__))).encode()).hexdigest()[:32]


@torch.inference_mode()
def _computed(splits: list[Split], network: nn.Module, how: Format, total: int, tell: Tell) -> torch.Tensor:
    """Return features (total, width), float32, on the CPU."""
    progress, pieces = Progress(tell, "features", total), []
    for split in splits:
        for images, _ in split.batches(_BATCH):
            pieces.append(network(how.of(images)).float().cpu())
            if progress.advance(len(images)):
                progress.report()
    return torch.cat(pieces)


def _mapped(file: Path, total: int) -> torch.Tensor | None:
    """Return the features in a file, mapped; None if they are not there or not whole."""
    with suppress(OSError, ValueError, EOFError):
        # Copy on write: torch takes no array that it could not write to, and the file stays as it is.
        array = np.load(file, mmap_mode="c", allow_pickle=False)
        if array.ndim == 2 and len(array) == total and array.dtype == np.float32:
            return torch.from_numpy(array)
    return None

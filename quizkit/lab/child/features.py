"""The fast path: a frozen backbone in evaluation mode is a pure function, so its features are computed once.

Invariant: it is taken only where nothing but the head can change and the head is the last thing that happens; the
features are then what the head is given in the whole network. They are kept in a file that is mapped, not read, and
whose name is the digest of everything they depend on; till it is whole, in parts, so that a kill costs one of them.
"""

import copy
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
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
from quizkit.lab.child.format import Format
from quizkit.observe.bits import bits

_BATCH = 256
"""Images in a forward pass: enough to keep a device busy, 40 MiB of input at 224x224 pixels. So many are kept at
once: the 3 to 8 seconds that a processor needs for them at that size are what a kill costs."""


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
        again = head(features)
    except RuntimeError:
        # A head that cannot take them was not given them.
        return False
    return features.ndim == 2 and again.shape == scores.shape and torch.equal(bits(again), bits(scores))


def extractor(model: nn.Module) -> nn.Module:
    """Return a copy of the network that gives what its head is given, frozen and evaluating."""
    double = copy.deepcopy(model)
    setattr(double, HEAD, nn.Identity())
    return double.eval().requires_grad_(False)


def cached(data: Data, transform: Transform, network: nn.Module, how: Format, cache: Path | None, tell: Tell) -> Data:
    """Return the data as features of `network`, from the cache if they are there; else computed and kept."""
    splits = [data.train, data.validation]
    features = None
    if cache is not None:
        name = f"features-{_key(data, transform, network, how)}"
        file, parts = cache / f"{name}.npy", cache / name
        total = sum(map(len, splits))
        features = _mapped(file, total)
        if features is None:
            with suppress(
                FileNotFoundError
            ):  # Another run of the same was done first, and has cleared the parts away.
                # All are computed before the first is copied, and none stays open: hundreds of files are too many.
                *_, width = (made.shape[1] for made in _computed(splits, network, how, parts, tell))
                _write(file, (total, width), _computed(splits, network, how, parts, tell))
                shutil.rmtree(parts, ignore_errors=True)
            features = _mapped(file, total)
    if features is None:
        features = torch.cat(list(_computed(splits, network, how, None, tell)))
    pieces = features.split([len(split) for split in splits])
    train, validation = (
        Split(piece, split.labels, split.device) for piece, split in zip(pieces, splits, strict=True)
    )
    return data._replace(train=train, validation=validation)


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
def _computed(
    splits: list[Split], network: nn.Module, how: Format, folder: Path | None, tell: Tell
) -> Iterator[torch.Tensor]:
    """Yield features (images, width), float32, on the CPU, by batches; what is in `folder` is taken from there."""
    progress, ready = Progress(tell, "features", sum(map(len, splits))), how.applied_to(network)
    pieces = [split.part(start, _BATCH) for split in splits for start in range(0, len(split), _BATCH)]
    for number, piece in enumerate(pieces):
        file = folder / f"{number:05}.npy" if folder is not None else None
        if file is not None and (found := _mapped(file, len(piece))) is not None:
            progress.skip(len(piece))
            yield found
            continue
        made = ready(how.of(piece.sample(_BATCH)[0])).float().cpu()
        if file is not None:
            _write(file, made.shape, [made])
        if progress.advance(len(piece)):
            progress.report()
        yield made


def _write(file: Path, shape: Sequence[int], parts: Iterable[torch.Tensor]) -> None:
    """Write features (images, width) as one array. Raises OSError."""
    with written_whole(file) as draft, draft.open("wb") as opened:
        np.lib.format.write_array_header_1_0(opened, {"descr": "<f4", "fortran_order": False, "shape": tuple(shape)})
        for part in parts:
            # Through Python's own file: numpy tells a full disk without a reason.
            opened.write(part.contiguous().numpy().data)


def _mapped(file: Path, total: int) -> torch.Tensor | None:
    """Return the features in a file, mapped; None if they are not there or not whole."""
    with suppress(OSError, ValueError, EOFError):
        # Copy on write: torch takes no array that it could not write to, and the file stays as it is.
        array = np.load(file, mmap_mode="c", allow_pickle=False)
        if array.ndim == 2 and len(array) == total and array.dtype == np.float32:
            return torch.from_numpy(array)
    return None

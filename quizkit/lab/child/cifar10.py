"""CIFAR-10 in its two published formats: pickled batches ("python version") and plain bytes ("binary version").

Names, address and digests are torchvision's. Invariant: a pickled batch of full size is the published one, by its
MD5, or is refused. For batches of plain bytes, and for smaller ones, there is no digest to compare: their shape and
labels are checked. Data of another size than CIFAR-10's are named by how many images they have.
"""

import io
import pickle
import tarfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torchvision.datasets import CIFAR10

from quizkit.lab.child.data import Batch, Data, Transform, made_of
from quizkit.lab.child.events import Tell
from quizkit.lab.child.failure import RunError, is_out_of_memory, told
from quizkit.lab.child.fetch import fetch, has_digest

_SHAPE: Final = (3, 32, 32)
_PIXELS: Final = 3 * 32 * 32
_FULL_BATCH: Final = 10_000
_CLASSES: Final = 10
_PUBLISHED: Final[dict[str, str]] = dict([*CIFAR10.train_list, *CIFAR10.test_list])
"""Pickled files and their MD5."""
_TRAIN: Final[list[str]] = [name for name, _ in CIFAR10.train_list]
_TEST: Final[list[str]] = [name for name, _ in CIFAR10.test_list]
_ALLOWED: Final = frozenset({"numpy._reconstruct", "numpy.ndarray", "numpy.dtype", "_codecs.encode"})
"""All that an array needs to be unpickled; nothing else in a file is ever called."""


def cifar10(folder: Path | None, cache: Path, transform: Transform, device: torch.device, tell: Tell) -> Data:
    """Return CIFAR-10 from a folder, or from the cache, where it is downloaded to. Raises RunError."""
    home = _found(folder) if folder is not None else _downloaded(cache, tell)
    train, validation = (_joined([_read(_file(home, name)) for name in names]) for names in (_TRAIN, _TEST))
    count = len(train[1]) + len(validation[1])
    name = "CIFAR-10" if count == 6 * _FULL_BATCH else f"{count} images in the format of CIFAR-10"
    return made_of(name, _class_names(home), train, validation, transform, device)


def _downloaded(cache: Path, tell: Tell) -> Path:
    """Return the folder of the published files, downloading and unpacking them if they are not there.

    An archive that is still there was not unpacked to the end.
    """
    home, archive = cache / str(CIFAR10.base_folder), cache / CIFAR10.filename
    if archive.is_file() or not all((home / name).is_file() for name in _PUBLISHED):
        fetch(CIFAR10.url, archive, "md5", CIFAR10.tgz_md5, "data", tell)
        with tarfile.open(archive) as packed:
            packed.extractall(cache, filter="data")
        archive.unlink(missing_ok=True)  # Another run may have unpacked it, too.
    return home


def _found(folder: Path) -> Path:
    """Return the folder that has the batches: the one named, or the one that the published archives make in it."""
    homes = (folder, folder / str(CIFAR10.base_folder), folder / "cifar-10-batches-bin")
    missing = {home: [name for name in (*_TRAIN, *_TEST) if not _file(home, name).is_file()] for home in homes}
    home = min(homes, key=lambda each: len(missing[each]))
    if missing[home]:
        what = f"{home} has no {', '.join(missing[home])}: CIFAR-10 is six such files"
        raise RunError("data", what, "add what is missing, name another --data-dir, or leave it out to download")
    return home


def _file(home: Path, name: str) -> Path:
    """Return the pickled batch, or the binary one where that is what there is."""
    return home / name if (home / name).exists() else home / f"{name}.bin"


def _read(file: Path) -> Batch:
    """Return images (N, 3, 32, 32) and labels (N,) of one batch. Raises RunError if it is not whole."""
    remedy = "remove it and download it again, or name another --data-dir"
    try:
        images, labels = _binary(file.read_bytes()) if file.suffix == ".bin" else _pickled(file.read_bytes())
    except OSError as error:
        raise RunError("data", f"{file} cannot be read: {error.strerror}", remedy) from error
    except Exception as error:
        # A damaged pickle can raise anything.
        if is_out_of_memory(error):
            raise
        raise RunError("data", f"{file} is not a batch of CIFAR-10: {told(error)}", remedy) from error
    if len(images) == 0 or labels.shape != (len(images),) or labels.min() < 0 or labels.max() >= _CLASSES:
        what = f"{len(images)} images, {len(labels)} labels, or a label that is not in 0 to {_CLASSES - 1}"
        raise RunError("data", f"{file} is damaged: {what}", remedy)
    if len(images) == _FULL_BATCH and file.suffix != ".bin" and not has_digest(file, "md5", _PUBLISHED[file.name]):
        raise RunError("data", f"{file} is damaged: its MD5 is not the published one", remedy)
    return torch.from_numpy(images), torch.from_numpy(labels)


def _binary(content: bytes) -> tuple[Any, Any]:
    """Return images and labels: a record is a byte of label, then the bytes of red, green and blue."""
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, 1 + _PIXELS)
    return records[:, 1:].reshape(-1, *_SHAPE).copy(), records[:, 0].astype(np.int64)


def _pickled(content: bytes) -> tuple[Any, Any]:
    entries = _Unpickler(io.BytesIO(content), encoding="bytes").load()
    images = np.asarray(entries[b"data"], dtype=np.uint8).reshape(-1, *_SHAPE)
    return np.ascontiguousarray(images), np.asarray(entries[b"labels"], dtype=np.int64)


class _Unpickler(pickle.Unpickler):
    """Reads arrays, numbers, text and containers; refuses to call anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a pickle asks for, if an array needs it. Raises UnpicklingError."""
        if f"{module.partition('.')[0]}.{name}" in _ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no batch needs")


def _class_names(home: Path) -> tuple[str, ...]:
    """Return the classes' names as the files tell them."""
    pickled, text = home / "batches.meta", home / "batches.meta.txt"
    try:
        if pickled.exists():
            found = _Unpickler(io.BytesIO(pickled.read_bytes()), encoding="bytes").load()[b"label_names"]
            names = tuple(name.decode() for name in found)
        else:
            names = tuple(text.read_text(encoding="utf-8").split())
    except Exception as error:
        if is_out_of_memory(error):
            raise
        what = f"the classes' names cannot be read from {home}: {told(error)}"
        raise RunError("data", what, "add batches.meta, as it is published with CIFAR-10") from error
    if len(names) != _CLASSES:
        raise RunError("data", f"{home} names {len(names)} classes, not {_CLASSES}", "name another --data-dir")
    return names


def _joined(batches: list[Batch]) -> Batch:
    return torch.cat([images for images, _ in batches]), torch.cat([labels for _, labels in batches])

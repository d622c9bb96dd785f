"""CIFAR-10 in both of its formats, damaged in every way; the digits; what is done to an image."""

import hashlib
import pickle
import tarfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from small_experiment import CPU, Heard
from torchvision.datasets import CIFAR10
from torchvision.models import ResNet18_Weights
from torchvision.transforms.functional import to_pil_image

from quizkit.lab.child import cifar10 as room
from quizkit.lab.child.cifar10 import cifar10
from quizkit.lab.child.data import Data, Transform, digits
from quizkit.lab.child.failure import RunError
from quizkit.lab.child.fetch import fetch

TRANSFORM = Transform(32, (0.5,) * 3, (0.5,) * 3)
NAMES = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"]
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def batch(number: int, count: int = 4) -> tuple[np.ndarray, list[int]]:
    generator = np.random.default_rng(number)
    return generator.integers(0, 256, (count, 3072), dtype=np.uint8), generator.integers(0, 10, count).tolist()


def pickled(folder: Path, count: int = 4) -> Path:
    """Write a small CIFAR-10 as the published "python version" is written, Python 2 strings and all."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(NAMES):
        pixels, labels = batch(number, count)
        files = [b"a.png"] * count
        entries = {b"batch_label": name.encode(), b"labels": labels, b"data": pixels, b"filenames": files}
        (folder / name).write_bytes(pickle.dumps(entries, protocol=2))
    names = {b"num_cases_per_batch": count, b"label_names": [each.encode() for each in CLASSES], b"num_vis": 3072}
    (folder / "batches.meta").write_bytes(pickle.dumps(names, protocol=2))
    return folder


def binary(folder: Path) -> Path:
    """Write the same as the published "binary version" is written."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(NAMES):
        pixels, labels = batch(number)
        records = b"".join(bytes([label]) + row.tobytes() for label, row in zip(labels, pixels, strict=True))
        (folder / f"{name}.bin").write_bytes(records)
    (folder / "batches.meta.txt").write_text("\n".join(CLASSES) + "\n\n")
    return folder


def loaded(folder: Path | None, cache: Path = Path("nowhere")) -> Data:
    return cifar10(folder, cache, TRANSFORM, CPU, Heard())


def test_both_formats_hold_the_same(tmp_path: Path) -> None:
    one, other = loaded(pickled(tmp_path / "python")), loaded(binary(tmp_path / "bin"))
    assert one.digest == other.digest and one.classes == other.classes == tuple(CLASSES)
    assert (len(one.train), len(one.validation)) == (20, 4)
    assert one.name == "24 images in the format of CIFAR-10"
    pixels, labels = batch(0)
    assert torch.equal(one.train.inputs[:4], torch.from_numpy(pixels.reshape(4, 3, 32, 32)))
    assert one.train.labels[:4].tolist() == labels


def test_the_folder_above_will_do(tmp_path: Path) -> None:
    pickled(tmp_path / CIFAR10.base_folder)
    assert len(loaded(tmp_path).train) == 20


@pytest.mark.parametrize(
    ("make", "name"), [(pickled, CIFAR10.base_folder), (binary, "cifar-10-batches-bin")], ids=["python", "binary"]
)
def test_what_is_missing_is_told_of_the_folder_that_has_most(
    tmp_path: Path, make: Callable[[Path], Path], name: str
) -> None:
    home = make(tmp_path / name)
    next(home.glob("data_batch_4*")).unlink()
    with pytest.raises(RunError) as caught:
        loaded(tmp_path)
    assert caught.value.what == f"{home} has no data_batch_4: CIFAR-10 is six such files"
    assert "name another --data-dir" in caught.value.remedy


class Hostile:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return eval, ("__import__('pathlib').Path('harmed').touch()",)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def hostile(file: Path) -> None:
    file.write_bytes(pickle.dumps(Hostile()))


def other_labels(file: Path) -> None:
    file.write_bytes(pickle.dumps({b"data": batch(0)[0], b"labels": [0, 1, 2, 10]}))


def too_few_labels(file: Path) -> None:
    file.write_bytes(pickle.dumps({b"data": batch(0)[0], b"labels": [0, 1, 2]}))


def labels_in_pairs(file: Path) -> None:
    file.write_bytes(pickle.dumps({b"data": batch(0)[0], b"labels": [[0, 1]] * 4}))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (cut, "is not a batch of CIFAR-10"),
        (lambda file: file.write_bytes(b""), "is not a batch of CIFAR-10"),
        (lambda file: file.write_bytes(pickle.dumps([1, 2])), "is not a batch of CIFAR-10"),
        (hostile, "asks for builtins.eval, which no batch needs"),
        (other_labels, "a label that is not in 0 to 9"),
        (too_few_labels, "4 images, 3 labels"),
        (labels_in_pairs, "is damaged: 4 images"),
        (lambda file: file.write_bytes(b"\x8d"), "is not a batch of CIFAR-10"),
        (Path.unlink, "has no data_batch_3"),
    ],
)
def test_damage_is_told_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], object], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    home = pickled(tmp_path / "data")
    harm(home / "data_batch_3")
    with pytest.raises(RunError) as caught:
        loaded(home)
    assert caught.value.phase == "data" and told in caught.value.what and caught.value.remedy
    assert not (tmp_path / "harmed").exists()


def test_a_cut_binary_batch_is_told(tmp_path: Path) -> None:
    home = binary(tmp_path)
    cut(home / "test_batch.bin")
    with pytest.raises(RunError, match=r"test_batch\.bin is not a batch"):
        loaded(home)


def test_a_pickled_batch_of_full_size_is_the_published_one_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_FULL_BATCH", 4)
    with pytest.raises(RunError, match="its MD5 is not the published one"):
        loaded(pickled(tmp_path))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve a folder: its address, and the folder."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}", folder
        http.shutdown()
        thread.join()


def test_cifar_is_downloaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: tuple[str, Path]) -> None:
    address, served = server
    with tarfile.open(served / CIFAR10.filename, "w:gz") as packed:
        packed.add(pickled(tmp_path / "data"), CIFAR10.base_folder)
    archive = (served / CIFAR10.filename).read_bytes()
    monkeypatch.setattr(CIFAR10, "url", f"{address}/{CIFAR10.filename}")
    monkeypatch.setattr(CIFAR10, "tgz_md5", hashlib.md5(archive).hexdigest())
    heard = Heard()
    assert len(cifar10(None, tmp_path / "cache", TRANSFORM, CPU, heard).train) == 20
    assert heard.of("progressed")[-1]["stage"] == "download"
    assert heard.of("progressed")[-1]["done"] == len(archive)
    (served / CIFAR10.filename).unlink()
    assert len(loaded(None, tmp_path / "cache").train) == 20
    # Killed while it was unpacked: every file is there, one of them in part, and so is the archive.
    cut(tmp_path / "cache" / CIFAR10.base_folder / "test_batch")
    (tmp_path / "cache" / CIFAR10.filename).write_bytes(archive)
    assert len(loaded(None, tmp_path / "cache").train) == 20
    assert not (tmp_path / "cache" / CIFAR10.filename).exists()


def test_a_wrong_download_leaves_nothing(tmp_path: Path, server: tuple[str, Path]) -> None:
    address, served = server
    (served / "file").write_bytes(b"something else")
    with pytest.raises(RunError, match="is not the published file") as caught:
        fetch(f"{address}/file", tmp_path / "cache" / "file", "sha256", "00ff", "weights", Heard())
    assert caught.value.phase == "weights" and not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize("phase", ["data", "weights"])
def test_offline_both_ways_are_named(tmp_path: Path, server: tuple[str, Path], phase: str) -> None:
    for url in (f"{server[0]}/nothing-here", "http://127.0.0.1:1/closed"):
        with pytest.raises(RunError) as caught:
            fetch(url, tmp_path / "file", "md5", "00", phase, Heard())
        assert caught.value.phase == phase and url in caught.value.what
        assert "--data-dir DIR" in caught.value.remedy and "--weights FILE" in caught.value.remedy


def test_digits_are_split_the_same_every_time() -> None:
    one = digits(TRANSFORM, CPU)
    assert (len(one.train), len(one.validation), one.digest) == (1437, 360, digits(TRANSFORM, CPU).digest)
    assert min(torch.bincount(one.validation.labels)) >= 34
    assert one.train.inputs.shape == (1437, 3, 8, 8) and one.train.inputs.max() == 255


def test_images_are_what_torchvision_makes_of_them() -> None:
    weights = ResNet18_Weights.DEFAULT.transforms()
    ours = Transform(weights.crop_size[0], tuple(weights.mean), tuple(weights.std), weights.resize_size[0])
    images = torch.randint(0, 256, (2, 3, 32, 32), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    wanted = torch.stack([weights(to_pil_image(image)) for image in images])
    # PIL rounds to bytes after resizing.
    assert ours(images).shape == (2, 3, 224, 224) and (ours(images) - wanted).abs().max() < 0.02


def test_batches_follow_an_order_and_leave_nothing_out(tmp_path: Path) -> None:
    split = loaded(pickled(tmp_path)).train
    order = torch.randperm(20, generator=torch.Generator().manual_seed(1))
    got = list(split.batches(8, order))
    assert [len(labels) for _, labels in got] == [8, 8, 4]
    assert torch.equal(torch.cat([labels for _, labels in got]), split.labels[order])
    assert torch.equal(got[0][0], TRANSFORM(split.inputs[order[:8]]))

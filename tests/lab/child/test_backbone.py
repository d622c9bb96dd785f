"""Weights in every shape in which people keep a ResNet's state dict, and damaged ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from small_experiment import Heard
from torchvision import models

from quizkit.lab.child.backbone import imagenet, shipped
from quizkit.lab.child.data import Transform
from quizkit.lab.child.failure import RunError

State = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def state() -> State:
    torch.manual_seed(5)
    return dict(models.resnet18(num_classes=7).state_dict())


def saved(value: Any, file: Path) -> Path:
    if file.suffix == ".safetensors":
        save_file(value, file)
    else:
        torch.save(value, file)
    return file


@pytest.mark.parametrize(
    ("name", "wrap"),
    [
        ("plain.pth", dict),
        ("plain.safetensors", dict),
        ("checkpoint.pt", lambda state: {"epoch": 3, "state_dict": state}),
        ("uncounted.pth", lambda state: {name: each for name, each in state.items() if "num_batches" not in name}),
        ("parallel.pth", lambda state: {"model": {f"module.{name}": each for name, each in state.items()}}),
    ],
)
def test_every_format_gives_the_same_network(
    tmp_path: Path, state: State, name: str, wrap: Callable[[State], Any]
) -> None:
    found = imagenet(saved(wrap(state), tmp_path / name), tmp_path, Heard())
    assert (found.name, found.features, found.transform.size) == ("resnet18", 512, 224)
    assert found.parameters == 11_180_103
    loaded = found.model.state_dict()
    assert loaded.keys() == state.keys() and all(torch.equal(loaded[key], state[key]) for key in state)


def without(state: State) -> State:
    return {name: each for name, each in state.items() if name != "layer1.0.conv1.weight"}


def not_finite(state: State) -> State:
    return {**state, "conv1.weight": state["conv1.weight"] * float("nan")}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without, "nearest is resnet18: layer1.0.conv1.weight is missing"),
        (not_finite, "hold numbers that are not finite"),
        (lambda state: {"a": torch.ones(1)}, "fit no ResNet of torchvision"),
        (lambda state: [1, 2], "holds no state dict"),
        (lambda state: {"state": "text"}, "holds no state dict"),
        (lambda state: {name: each.to("meta") for name, each in state.items()}, "tensors without data"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    tmp_path: Path, state: State, change: Callable[[State], Any], told: str
) -> None:
    with pytest.raises(RunError) as caught:
        imagenet(saved(change(state), tmp_path / "file.pth"), tmp_path, Heard())
    assert caught.value.phase == "weights" and told in caught.value.what and caught.value.remedy


ANOTHER = "name another --weights FILE"


@pytest.mark.parametrize("name", ["cut.pth", "cut.safetensors"])
def test_a_cut_file_is_refused(tmp_path: Path, name: str) -> None:
    file = saved({"a": torch.ones(1000)}, tmp_path / name)
    file.write_bytes(file.read_bytes()[:600])
    with pytest.raises(RunError, match="holds no state dict: it is damaged") as caught:
        imagenet(file, tmp_path, Heard())
    assert caught.value.remedy.startswith(ANOTHER)
    file.unlink()
    with pytest.raises(RunError, match="cannot be read: No such file") as caught:
        imagenet(file, tmp_path, Heard())
    assert caught.value.remedy.startswith(ANOTHER)


@pytest.mark.parametrize("content", [b"junk\n", b"q", b"0", b"j\x00", b"\x80\x02}.", b""])
def test_whatever_torch_makes_of_another_file_is_told_in_words_of_our_own(tmp_path: Path, content: bytes) -> None:
    """A key, an index or bytes that it misses: not one of them is an error of reading to torch."""
    file = tmp_path / "file.pth"
    file.write_bytes(content)
    with pytest.raises(RunError, match=r"file\.pth") as caught:
        imagenet(file, tmp_path, Heard())
    assert caught.value.phase == "weights" and caught.value.remedy and "Error" not in caught.value.what


def test_a_whole_network_is_told_what_to_save_instead(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="a whole network that was pickled") as caught:
        imagenet(saved(models.resnet18(), tmp_path / "network.pth"), tmp_path, Heard())
    assert "torch.save(model.state_dict(), FILE)" in caught.value.remedy


def test_a_damaged_download_is_to_be_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    file = tmp_path / "checkpoints" / "resnet18-f37072fd.pth"
    file.parent.mkdir()
    file.write_bytes(b"junk")
    with pytest.raises(RunError, match="holds no state dict") as caught:
        imagenet(None, tmp_path, Heard())
    assert caught.value.remedy == f"remove {file}, then give the same command again: it is downloaded anew"


def test_shipped_weights_that_are_damaged_or_gone_are_told(tmp_path: Path) -> None:
    file = tmp_path / "glyphs.safetensors"
    with pytest.raises(RunError, match="are not there"):
        shipped(file)
    file.write_bytes(b"not at all")
    with pytest.raises(RunError, match="the shipped weights are damaged"):
        shipped(file)


def test_a_transform_is_named_by_what_it_does() -> None:
    one = Transform(32, (0.5,), (0.5,))
    assert one.digest == Transform(32, (0.5,), (0.5,)).digest != Transform(32, (0.5,), (0.4,)).digest

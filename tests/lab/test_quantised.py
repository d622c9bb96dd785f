"""Eight-bit weights come back whole: names, shapes, dtypes, and values to half a step of their channel."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from quizkit.lab.child.quantised import DamagedWeightsError, dequantise, quantise, restore
from quizkit.observe.torchvision_shim import prepare_torchvision


def resnet18() -> torch.nn.Module:
    prepare_torchvision()
    from torchvision.models import resnet18

    torch.manual_seed(0)
    model = resnet18(num_classes=7)
    assert isinstance(model, torch.nn.Module)
    return model


def test_a_resnet18_comes_back_within_half_a_step(tmp_path: Path) -> None:
    model = resnet18()
    original = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    save_file(quantise(original), tmp_path / "weights.safetensors")
    back = dequantise(tmp_path / "weights.safetensors")
    model.load_state_dict(back, strict=True)
    assert {name: (t.shape, t.dtype) for name, t in back.items()} == {
        n: (t.shape, t.dtype) for n, t in original.items()
    }
    for name, tensor in original.items():
        if tensor.ndim < 2:
            assert torch.equal(back[name], tensor), name
            continue
        half_step = tensor.flatten(1).abs().amax(dim=1) / 127 / 2
        error = (back[name] - tensor).flatten(1).abs().amax(dim=1)
        assert (error <= half_step * 1.0001).all(), name
        assert error.max() > 0, name


def test_the_file_is_a_quarter_of_the_floats(tmp_path: Path) -> None:
    state = resnet18().state_dict()
    save_file(quantise(state), tmp_path / "small")
    save_file(state, tmp_path / "large")
    assert (tmp_path / "small").stat().st_size < 0.27 * (tmp_path / "large").stat().st_size


def test_a_channel_of_zeros_stays_zero() -> None:
    weight = torch.tensor([[0.0, 0.0], [-1.0, 0.5]])
    back = restore(quantise({"fc.weight": weight}))["fc.weight"]
    assert torch.equal(back[0], weight[0])
    assert back[1, 0] == -1.0


def test_the_original_is_left_alone() -> None:
    state = {"bn.weight": torch.ones(3)}
    quantise(state)["bn.weight"].zero_()
    assert state["bn.weight"].sum() == 3


@pytest.mark.parametrize("missing", ["fc.weight", "fc.weight.scale"])
def test_a_file_with_a_piece_missing_is_damaged(missing: str, tmp_path: Path) -> None:
    tensors = quantise({"fc.weight": torch.eye(2), "conv.weight": torch.eye(3)})
    del tensors[missing]
    save_file(tensors, tmp_path / "weights")
    with pytest.raises(DamagedWeightsError, match=r"fc\.weight\.scale"):
        dequantise(tmp_path / "weights")


def test_plain_floats_and_cut_files_are_damaged(tmp_path: Path) -> None:
    save_file({"fc.weight": torch.eye(2)}, tmp_path / "floats")
    with pytest.raises(DamagedWeightsError, match="no int8 tensor"):
        dequantise(tmp_path / "floats")
    save_file(quantise({"fc.weight": torch.eye(2)}), tmp_path / "cut")
    (tmp_path / "cut").write_bytes((tmp_path / "cut").read_bytes()[:-1])
    with pytest.raises(DamagedWeightsError, match="cut is not a whole safetensors file"):
        dequantise(tmp_path / "cut")

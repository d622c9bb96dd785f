"""The control: the same recipe on a backbone that was pretrained on nothing."""

from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from small_experiment import Heard, config
from test_data import pickled

from quizkit.lab.child import backbone, recipe

HEAD = """
from torch import nn
def prepare(model, classes):
    model.requires_grad_(False).eval()
    model.fc = nn.Linear(model.fc.in_features, classes)
    return model.fc.parameters()
"""
CLAUSES = ("output-classes", "backbone-parameters", "backbone-buffers")


def test_a_seed_gives_one_backbone_and_another_seed_another() -> None:
    state = torch.get_rng_state()
    first, again, other = (backbone.at_random(backbone.GLYPHS, seed) for seed in (0, 0, 1))
    assert first.digest == again.digest != other.digest
    assert first.name == "resnet18" and first.features == 512 and first.transform.size == 32
    assert "pretrained on nothing" in first.provenance
    assert torch.equal(torch.get_rng_state(), state)


def test_a_control_of_cifar10_needs_no_weights_and_is_audited_without_a_target(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "solution.py").write_text(HEAD)
    asked = config(tmp_path / "run", profile="cifar10", cache=str(tmp_path / "cache"), epochs=1, clauses=CLAUSES)
    heard = Heard()
    recipe.run(replace(asked, backbone="random", data_dir=str(pickled(tmp_path / "data", 1))), heard)
    (loaded,) = heard.of("backbone-loaded")
    assert (loaded["name"], loaded["digest"]) == ("resnet18", backbone.at_random(backbone.IMAGENET, 0).digest)
    (data,) = heard.of("data-loaded")
    assert data["name"] == "6 images in the format of CIFAR-10" and data["image_shape"] == [3, 224, 224]
    assert {each["clause"]: each["holds"] for each in heard.of("clause-audited")} == dict.fromkeys(CLAUSES, True)
    assert heard.of("evaluated")[-1]["when"] == "after" and heard.of("run-finished")
    assert load_file(tmp_path / "run" / "trained.safetensors").keys() == {"fc.weight", "fc.bias"}

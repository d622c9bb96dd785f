"""Stub weights: really built, the same everywhere, never downloaded, and invisible to what they do not concern."""

from collections.abc import Callable

import pytest

from quizkit.model.evidence import Evidence, Outcome, Value

Run = Callable[..., Evidence]

ARCHITECTURES = (
    "resnet18", "resnet50", "vgg11", "mobilenet_v3_small", "densenet121", "vit_b_16", "convnext_tiny",
    "efficientnet_b0", "swin_t", "inception_v3", "googlenet",
)  # fmt: skip

BUILD = """
import warnings
warnings.simplefilter("ignore")
generators = torch.get_rng_state(), np.random.get_state()[1].tobytes()
model = models.{arch}({asked})
moved = not torch.equal(generators[0], torch.get_rng_state()) or generators[1] != np.random.get_state()[1].tobytes()
arguments = {"transform_input": True, "init_weights": False} if "{arch}" in ("inception_v3", "googlenet") else {}
with torch.device("meta"):
    plain = models.{arch}(**arguments)
if "{arch}" == "googlenet":
    plain.aux1 = plain.aux2 = None
told = {name: (tuple(t.shape), t.dtype) for name, t in model.state_dict().items()}
wanted = {name: (tuple(t.shape), t.dtype) for name, t in plain.state_dict().items()}
model.eval()
with torch.no_grad():
    size = 299 if "{arch}" == "inception_v3" else 64 if "vit" not in "{arch}" else 224
    generator = torch.Generator().manual_seed(7)
    logits = model(torch.rand(2, 3, size, size, generator=generator))
sample = sum(float(t.flatten()[::1009].double().abs().sum()) for t in model.state_dict().values())
"""

EXPECTED = {
    "the same tensors": "told == wanted",
    "nothing moved": "not moved",
    "finite weights": "all(t.isfinite().all() for t in model.state_dict().values())",
    "finite output": "logits.isfinite().all() and logits.shape == (2, 1000)",
    "an output that depends on the input": "not torch.allclose(logits[0], logits[1])",
    "all trainable": "all(p.requires_grad for p in model.parameters())",
}


def observed(evidence: Evidence) -> Value:
    assert evidence.observe is not None and evidence.observe.value is not None, evidence
    return evidence.observe.value


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_stub_is_the_model_it_stands_for(arch: str, run: Run) -> None:
    told = []
    for asked, seed in (('weights="DEFAULT"', 0), ("pretrained=True", 5)):
        source = BUILD.replace("{arch}", arch).replace("{asked}", asked)
        observe = "(sample, logits[:, :5])"
        evidence = run(source, expectations=EXPECTED, observe=observe, seed=seed, limits={"memory_mib": 4096})
        assert evidence.outcome is Outcome.RETURNED, evidence.raised or evidence.reason
        assert {name: checked.holds for name, checked in evidence.expectations.items()} == dict.fromkeys(
            EXPECTED, True
        )
        assert len(evidence.stub_weights) == 1 and "_Weights." in evidence.stub_weights[0]
        told.append((observed(evidence), evidence.stub_weights))
    if told[0][1] == told[1][1]:  # pretrained=True means the first weights, which may not be the default ones.
        assert told[0][0] == told[1][0]


@pytest.mark.parametrize(
    "source",
    [
        "model = models.get_model('resnet18', weights='DEFAULT')",
        "model = models.get_model('resnet18', weights=models.get_weight('ResNet18_Weights.IMAGENET1K_V1'))",
        "model = models.resnet18(weights=models.ResNet18_Weights.IMAGENET1K_V1)",
        "from torchvision.models import resnet18\nmodel = resnet18(weights='IMAGENET1K_V1', progress=False)",
        "from torchvision.models.resnet import resnet18\nmodel = resnet18(True)",
        "model = models.get_model_builder('resnet18')(weights='DEFAULT')",
        "model, weights = models.resnet18(), models.ResNet18_Weights.DEFAULT\n"
        "model.load_state_dict(weights.get_state_dict(progress=True))",
        "url = models.ResNet18_Weights.DEFAULT.url\nmodel = models.resnet18(weights=None)\n"
        "model.load_state_dict(torch.hub.load_state_dict_from_url(url, progress=False))",
        "from torch.hub import load_state_dict_from_url\nmodel = models.resnet18()\n"
        "model.load_state_dict(load_state_dict_from_url(models.ResNet18_Weights.DEFAULT.url))",
        "from torch.utils.model_zoo import load_url\nmodel = models.resnet18()\n"
        "model.load_state_dict(load_url(models.ResNet18_Weights.DEFAULT.url))",
    ],
)
def test_every_way_to_the_weights_gives_the_same(source: str, run: Run) -> None:
    source = f"import warnings; warnings.simplefilter('ignore')\n{source}"
    total = "sum(float(t.double().abs().sum()) for t in model.state_dict().values())"
    evidence = run(source, observe=total, seed=3)
    assert (
        observed(evidence).scalar == observed(run("model = models.resnet18(weights='DEFAULT')", observe=total)).scalar
    )
    assert evidence.stub_weights == ("ResNet18_Weights.IMAGENET1K_V1",)


def test_a_state_dict_has_the_heads_that_a_builder_removes(run: Run) -> None:
    expectations = {
        "aux": "'aux1.fc1.weight' in state",
        "loads": "str(net.load_state_dict(state)).startswith('<All')",
    }
    source = "state = models.GoogLeNet_Weights.DEFAULT.get_state_dict()\n"
    source += "net = models.googlenet(aux_logits=True, init_weights=False)"
    evidence = run(source, expectations=expectations)
    assert [checked.holds for checked in evidence.expectations.values()] == [True, True], evidence


@pytest.mark.parametrize(
    "expression",
    [
        "models.ResNet50_Weights.DEFAULT.transforms()(torch.zeros(3, 300, 300)).shape == (3, 224, 224)",
        "len(models.ResNet50_Weights.DEFAULT.meta['categories']) == 1000",
        "models.list_models(include='resnet*')",
        "str(models.get_weight('ResNet50_Weights.IMAGENET1K_V2')) == 'ResNet50_Weights.IMAGENET1K_V2'",
        "models.resnet18.__name__ == 'resnet18' and 'weights' in inspect.signature(models.resnet18).parameters",
        "models.resnet18.__module__ == 'torchvision.models.resnet'",
        "list(inspect.signature(nn.Module.load_state_dict).parameters) == ['self', 'state_dict', 'strict', 'assign']",
    ],
)
def test_what_stands_around_the_weights_works(expression: str, run: Run) -> None:
    evidence = run("import inspect", expectations={"works": f"bool({expression})"})
    assert evidence.expectations["works"].holds is True, evidence
    assert evidence.stub_weights == ()


def test_models_without_weights_are_untouched(run: Run) -> None:
    source = "models.resnet18(weights='DEFAULT')\na = models.resnet18()\nb = nn.Linear(4, 4)"
    expectations = {
        "initialised": "a.fc.bias.abs().max() > 0 and a.conv1.weight.std() < 0.1 and a.bn1.weight.eq(1).all()",
        "as if no stub had been built": "torch.equal(a.conv1.weight, models.resnet18().conv1.weight)",
        "as ever": "nn.init.kaiming_normal_(torch.empty(50, 50)).std() > 0.1",
        "a mismatch is refused": "raises(lambda: b.load_state_dict(nn.Linear(3, 4).state_dict()), RuntimeError)",
        "a wrong head is refused": "raises(lambda: models.resnet18(weights='DEFAULT', num_classes=10), ValueError)",
        "an unknown name is refused": "raises(lambda: models.resnet18(weights='NONE'), KeyError)",
    }
    evidence = run(f"from quizkit.observe import raises\n{source}", expectations=expectations)
    assert {name: checked.holds for name, checked in evidence.expectations.items()} == dict.fromkeys(
        expectations, True
    )
    assert evidence.drew_random


def test_a_program_may_change_what_a_stub_was_built_from(run: Run) -> None:
    source = "model = models.resnet18(weights='DEFAULT')\nwith torch.no_grad():\n    model.conv1.weight.zero_()"
    expectations = {"apart": "models.resnet18(weights='DEFAULT').conv1.weight.ne(0).any()"}
    assert run(source, expectations=expectations).expectations["apart"].holds is True


@pytest.mark.parametrize("requires", [(), ("weights",)])
def test_weights_that_have_no_stand_in_are_named(run: Run, requires: tuple[str, ...]) -> None:
    url = "https://example.org/mine-1234.pth"
    source = f"try:\n    torch.hub.load_state_dict_from_url({url!r})\nexcept Exception:\n    pass"
    evidence = run(source, requires=requires)
    assert evidence.outcome is Outcome.NEEDS_ENVIRONMENT
    assert "mine-1234.pth" in evidence.reason
    assert ("put it at /" in evidence.reason) if requires else ("requires: [weights]" in evidence.reason)


def test_real_weights_are_read_from_torchs_cache(run: Run) -> None:
    source = (
        "import os\nos.environ['TORCH_HOME'] = os.getcwd()\nos.makedirs('hub/checkpoints')\n"
        "weights = models.ResNet18_Weights.DEFAULT\nname = weights.url.rpartition('/')[2]\n"
        "torch.save(models.resnet18().state_dict(), f'hub/checkpoints/{name}')\n"
        "model = models.resnet18(weights=weights)"
    )
    expectations = {"real": "torch.equal(model.fc.weight, torch.load(f'hub/checkpoints/{name}')['fc.weight'])"}
    evidence = run(source, requires=("scratch", "weights"), expectations=expectations)
    assert evidence.outcome is Outcome.RETURNED and evidence.expectations["real"].holds is True, evidence
    assert evidence.stub_weights == ()

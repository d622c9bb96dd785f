"""The fast path gives what the slow one does, is taken only where it may be, and is cached by all it depends on."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from small_experiment import CPU, TRANSFORM, Heard, backbone, config, data, network
from torch import nn
from torchvision import models

from quizkit.lab.atomic import written_whole
from quizkit.lab.child import events, features
from quizkit.lab.child.audit import snapshot
from quizkit.lab.child.backbone import Backbone
from quizkit.lab.child.data import Data, Split, Transform, made_of
from quizkit.lab.child.format import PLAIN, Format, fastest_format
from quizkit.lab.child.measure import scores_of
from quizkit.lab.child.recipe import Result, trained_and_audited
from quizkit.lab.child.solution import load_solution

REFERENCE = """
from torch import nn
def prepare(model, classes):
    model.requires_grad_(False)
    model.fc = nn.Linear(512, classes)
    model.eval()
    return model.fc.parameters()
"""


def both_paths(pretrained: list[Backbone], given: Data) -> tuple[Heard, Heard, Result, Result]:
    results, heard = [], []
    for path, one in zip(("auto", "whole-network"), pretrained, strict=True):
        heard.append(Heard())
        results.append(
            trained_and_audited(config(path=path), load_solution(REFERENCE, "solution.py"), one, given, heard[-1])
        )
    return heard[0], heard[1], results[0], results[1]


def is_equal(given: Data, fast: Heard, slow: Heard, by_features: Result, by_images: Result) -> None:
    assert [each.of("path-chosen")[0]["path"] for each in (fast, slow)] == ["cached-features", "whole-network"]
    for one, other in zip(fast.of("epoch-finished"), slow.of("epoch-finished"), strict=True):
        assert one["train_loss"] == pytest.approx(other["train_loss"], abs=1e-5)
        assert one["validation_loss"] == pytest.approx(other["validation_loss"], abs=1e-5)
    a, b = (scores_of(each.model, given.validation, Heard()).logits for each in (by_features, by_images))
    top = a.topk(2, dim=1).values
    is_close_call = (top[:, 0] - top[:, 1]) < 1e-4
    assert ((a.argmax(dim=1) == b.argmax(dim=1)) | is_close_call).all()


def test_both_paths_give_the_same_head() -> None:
    given = data()
    is_equal(given, *both_paths([backbone(), backbone()], given))


def test_both_paths_give_the_same_head_on_a_real_network() -> None:
    def resnet() -> Backbone:
        torch.manual_seed(3)
        return Backbone(models.resnet18(), "resnet18", "", "at random", Transform(32, (0.5,) * 3, (0.5,) * 3))

    small = data(40, 20)
    given = made_of(
        "made up", small.classes, (small.train.inputs, small.train.labels),
        (small.validation.inputs, small.validation.labels), resnet().transform, CPU,
    )  # fmt: skip
    is_equal(given, *both_paths([resnet(), resnet()], given))


def prepared() -> nn.Module:
    model = network().requires_grad_(False).eval()
    model.fc = nn.Linear(512, 10)
    return model


def unfrozen(model: nn.Module) -> None:
    model.get_parameter("conv1.bias").requires_grad_(True)


def training(model: nn.Module) -> None:
    model.get_submodule("bn1").train()


def elsewhere(model: nn.Module) -> None:
    model.add_module("classifier", nn.Linear(512, 10))


def not_last(model: nn.Module) -> None:
    forward = model.forward
    model.forward = lambda images: forward(images) * 2


def not_a_number(model: nn.Module) -> None:
    nn.init.constant_(model.get_parameter("fc.weight"), float("nan"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda model: None, ""),
        (not_a_number, ""),
        (unfrozen, "1 tensors outside the head take gradients"),
        (training, "1 modules outside the head are in training mode"),
        (elsewhere, "the new head is not what stands at fc"),
        (not_last, "the network does not end with its head"),
    ],
)
def test_features_are_used_only_where_nothing_else_can_change(change: object, reason: str) -> None:
    before = snapshot(network())
    model = prepared()
    change(model)  # type: ignore[operator]
    optimized = list(model.get_submodule("fc").parameters())
    # The snapshot is of another network of the same make, so the old parameters are new to it: frozen ones are old.
    before = before._replace(
        originals=tuple(p for n, p in model.named_parameters() if n.partition(".")[0] not in ("fc", "classifier"))
    )
    assert features.why_not(model, before, optimized, data().train.sample(4)[0]) == reason


def test_an_own_epoch_takes_the_whole_network() -> None:
    source = REFERENCE + "def train_epoch(model, batches, optimizer, device):\n    [model(x) for x, _ in batches]\n"
    heard = Heard()
    trained_and_audited(config(), load_solution(source, "solution.py"), backbone(), data(), heard)
    assert heard.of("path-chosen")[0]["why"].startswith("the solution has a train_epoch of its own")


def test_features_are_kept_and_taken_again(tmp_path: Path) -> None:
    given, heard, network_ = data(), Heard(), features.extractor(prepared())
    first = features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, heard)
    assert heard.of("progressed")[-1]["done"] == 80 and len(list(tmp_path.iterdir())) == 1
    again = Heard()
    second = features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, again)
    assert again.events == [] and torch.equal(first.train.inputs, second.train.inputs)
    assert isinstance(second.validation, Split) and second.validation.inputs.shape == (20, 512)


class KilledError(BaseException):
    """The end of the process."""


def test_features_are_gone_on_with_where_they_were_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_BATCH", 32)
    given, network_ = data(), features.extractor(prepared())
    whole = features.cached(given, TRANSFORM, network_, PLAIN, None, Heard())

    def killed(event: str, /, **facts: object) -> None:
        if facts["done"] == 60:
            raise KilledError

    with monkeypatch.context() as slow, pytest.raises(KilledError):
        slow.setattr(events, "_PAUSE", 0)
        features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, killed)
    (folder,) = tmp_path.iterdir()
    assert sorted(file.name for file in folder.iterdir()) == ["00000.npy", "00001.npy"]
    (folder / "00001.npy").write_bytes(b"damaged")
    computed: list[int] = []
    as_asked = Format.of

    def counted(how: Format, images: torch.Tensor) -> torch.Tensor:
        computed.append(len(images))
        return as_asked(how, images)

    monkeypatch.setattr(Format, "of", counted)
    heard = Heard()
    again = features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, heard)
    assert computed == [28, 20] and heard.of("progressed")[-1]["done"] == 80
    assert torch.equal(again.train.inputs, whole.train.inputs)
    assert torch.equal(again.validation.inputs, whole.validation.inputs)
    assert [file.suffix for file in tmp_path.iterdir()] == [".npy"]


def test_another_run_may_be_done_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, network_ = data(), features.extractor(prepared())
    other = features.cached(given, TRANSFORM, network_, PLAIN, tmp_path / "other", Heard())
    (done,) = (tmp_path / "other").iterdir()

    @contextmanager
    def overtaken(target: Path) -> Iterator[Path]:
        with written_whole(target) as draft:
            shutil.copy(done, tmp_path)
            shutil.rmtree(target.parent)
            yield draft

    monkeypatch.setattr(features, "written_whole", overtaken)
    made = features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, Heard())
    assert torch.equal(made.train.inputs, other.train.inputs)
    assert sorted(file.name for file in tmp_path.iterdir()) == [done.name, "other"]


def test_damaged_features_are_computed_again(tmp_path: Path) -> None:
    given, network_ = data(), features.extractor(prepared())
    features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, Heard())
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    heard = Heard()
    features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, heard)
    assert heard.of("progressed") and list(tmp_path.iterdir()) == [file]


def test_features_of_another_network_another_transform_or_other_images_are_others(tmp_path: Path) -> None:
    given, network_ = data(), features.extractor(prepared())
    features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, Heard())
    features.cached(given, Transform(8, (0.4,) * 3, (0.25,) * 3), network_, PLAIN, tmp_path, Heard())
    features.cached(data(50), TRANSFORM, network_, PLAIN, tmp_path, Heard())
    network_.get_parameter("conv1.bias").data[0] += 1e-3
    features.cached(given, TRANSFORM, network_, PLAIN, tmp_path, Heard())
    features.cached(given, TRANSFORM, network_, Format(channels_last=True), tmp_path, Heard())
    assert len(list(tmp_path.iterdir())) == 5


def test_a_format_is_measured_once_and_remembered(tmp_path: Path) -> None:
    network_, images, heard = features.extractor(prepared()), data().train.sample(8)[0], Heard()
    chosen = fastest_format(network_, images, tmp_path, heard)
    (file,) = tmp_path.iterdir()
    other = Format(torch.bfloat16, channels_last=True)
    file.write_text('{"dtype": "bfloat16", "channels_last": true}')
    assert fastest_format(network_, images, tmp_path, heard) == other
    file.write_text("{}")
    assert fastest_format(network_, images, tmp_path, heard).dtype in (chosen.dtype, torch.float32, torch.bfloat16)


def test_who_chooses_a_format_is_heard_after_every_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine all passes together take longer than a run may stay silent."""
    clock = itertools.count()
    monkeypatch.setattr(events, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    heard = Heard()
    fastest_format(features.extractor(prepared()), data().train.sample(8)[0], tmp_path, heard)
    counts = [event["done"] for event in heard.of("progressed") if event["stage"] == "format"]
    # Three formats: each is tried twice on two images, the plain one then five times on eight.
    assert counts[:6] == [2, 4, 6, 8, 10, 12] and len(counts) >= 11 and max(counts) == counts[-1]


def test_another_format_gives_nearly_the_same_features() -> None:
    network_, images = features.extractor(prepared()), data().train.sample(8)[0]
    for how in (Format(channels_last=True), Format(torch.bfloat16, channels_last=True)):
        got = how.applied_to(network_)(how.of(images)).float()
        assert torch.nn.functional.cosine_similarity(got, network_(images), dim=1).min() > 0.999

"""The pretraining on a font of the test's own: the same seed gives the same weights, interrupted or not."""

import hashlib
from pathlib import Path

import pytest
import torch
from small_fonts import LETTERS, OTHERS, write_font

from quizkit.lab.pretrain.distort import distort
from quizkit.lab.pretrain.fonts import FontError, FontFile, FontPackage, fetch
from quizkit.lab.pretrain.glyphs import SIDE, Glyphs, load, render, save
from quizkit.lab.pretrain.train import Plan, batch_of, glyph_accuracy, train

PLAN = Plan(seed=3, images=2 * 16, batch=16, checkpoint_every=1)


@pytest.fixture(scope="module")
def font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("fonts") / "Cells.ttf"
    write_font(file)
    return file


@pytest.fixture(scope="module")
def glyphs(font: Path) -> Glyphs:
    return render([(font, FontFile("Cells.ttf", ""))], 12)


def test_classes_are_letters_drawn_in_one_size(glyphs: Glyphs) -> None:
    assert len(set(glyphs.characters)) == 12
    assert set(glyphs.characters) <= set(LETTERS)
    assert set(glyphs.characters).isdisjoint(OTHERS)
    assert glyphs.pictures.shape == (12, SIDE, SIDE)
    assert glyphs.starts.tolist() == list(range(13))
    for picture in glyphs.pictures:
        rows, columns = (picture.amax(dim=axis).nonzero().flatten() for axis in (1, 0))
        assert rows[-1] - rows[0] + 1 == columns[-1] - columns[0] + 1 == 56


def test_no_class_is_drawn_like_a_digit(font: Path) -> None:
    with pytest.raises(ValueError, match=r"only \d+ characters qualify"):
        render([(font, FontFile("Cells.ttf", ""))], len(LETTERS))


def test_glyphs_come_back_from_their_file(glyphs: Glyphs, tmp_path: Path) -> None:
    save(glyphs, tmp_path / "glyphs")
    back = load(tmp_path / "glyphs")
    assert back.characters == glyphs.characters
    assert torch.equal(back.pictures, glyphs.pictures)
    assert torch.equal(back.starts, glyphs.starts)


def test_distorted_images_are_images_and_differ(glyphs: Glyphs) -> None:
    same = glyphs.pictures[:1].expand(64, -1, -1)
    images = distort(same, torch.Generator().manual_seed(0))
    assert images.shape == (64, 1, 32, 32)
    assert images.isfinite().all() and images.min() >= 0 and images.max() <= 1
    assert len({image.numpy().tobytes() for image in images}) == 64
    # Most stay bright on dark, some are turned round on purpose.
    dark = (images.flatten(1).median(dim=1).values < 0.5).float().mean()
    assert 0.5 < dark < 1


def test_a_step_has_the_same_images_every_time_and_other_seeds_have_others(glyphs: Glyphs) -> None:
    (images, labels), (again, same) = batch_of(glyphs, PLAN, 5), batch_of(glyphs, PLAN, 5)
    assert torch.equal(images, again) and torch.equal(labels, same)
    for other in (batch_of(glyphs, PLAN, 6), batch_of(glyphs, Plan(seed=4, batch=16), 5)):
        assert not torch.equal(images, other[0])
    assert images.shape == (16, 3, 32, 32)
    assert torch.equal(images[:, 0], images[:, 2])


def test_an_interrupted_training_ends_as_an_uninterrupted_one(
    glyphs: Glyphs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(glyphs, PLAN, tmp_path / "whole")

    def cut(given: Glyphs, plan: Plan, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        if step == 1:
            raise KeyboardInterrupt
        return batch_of(given, plan, step)

    with monkeypatch.context() as patched:
        patched.setattr("quizkit.lab.pretrain.train.batch_of", cut)
        with pytest.raises(KeyboardInterrupt):
            train(glyphs, PLAN, tmp_path / "cut")
    resumed = train(glyphs, PLAN, tmp_path / "cut")
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
    assert not resumed.training
    assert resumed.state_dict()["bn1.num_batches_tracked"] == PLAN.steps
    assert 0 <= glyph_accuracy(resumed, glyphs, PLAN, batches=1) <= 1


def test_a_font_that_is_not_the_pinned_one_is_refused(font: Path) -> None:
    digest = hashlib.sha256(font.read_bytes()).hexdigest()

    def package(sha256: str) -> tuple[FontPackage, ...]:
        return (FontPackage("cells==1", "none", (FontFile(font.name, sha256),)),)

    assert [path for path, _ in fetch(font.parent, package(digest))] == [font]
    with pytest.raises(FontError, match=r"Cells\.ttf is not the pinned file"):
        fetch(font.parent, package("0" * 64))

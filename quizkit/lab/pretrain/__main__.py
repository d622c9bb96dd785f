"""The command line of the pretraining: each stage reads what the one before it left in the working folder."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file, save_file

from quizkit.lab.child.quantised import quantise
from quizkit.lab.pretrain import fonts, glyphs, record, train
from quizkit.lab.pretrain.pins import FONTS

CLASSES: Final = 1000
NAME: Final = "glyphs-resnet18-v1"
WEIGHTS: Final = Path(__file__).parents[1] / "weights"


class _Folder:
    """The files of one pretraining."""

    def __init__(self, work: Path, out: Path) -> None:
        self.fonts = work / "fonts"
        self.glyphs = work / "glyphs.safetensors"
        self.checkpoint = work / "checkpoint.pt"
        self.float = work / "float.safetensors"
        self.shipped = out / f"{NAME}.safetensors"


def _fetch(folder: _Folder, _plan: train.Plan) -> None:
    fonts.fetch(folder.fonts, FONTS)


def _render(folder: _Folder, _plan: train.Plan) -> None:
    glyphs.save(glyphs.render(fonts.fetch(folder.fonts, FONTS), CLASSES), folder.glyphs)


def _train(folder: _Folder, plan: train.Plan) -> None:
    model = train.train(glyphs.load(folder.glyphs), plan, folder.checkpoint)
    save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, folder.float)


def _quantise(folder: _Folder, _plan: train.Plan) -> None:
    save_file(quantise(load_file(folder.float)), folder.shipped)


def _evaluate(folder: _Folder, plan: train.Plan) -> None:
    drawn, original = glyphs.load(folder.glyphs), load_file(folder.float)
    measured = record.measure(folder.shipped, original, drawn, plan, FONTS)
    text = json.dumps(measured, indent=2, ensure_ascii=False) + "\n"
    folder.shipped.with_suffix(".json").write_text(text, encoding="utf-8")
    folder.shipped.with_suffix(".md").write_text(record.card(measured), encoding="utf-8")
    sys.stdout.write(json.dumps(measured["transfer"], indent=2) + "\n")


_STAGES: Final[dict[str, Callable[[_Folder, train.Plan], None]]] = {
    "fonts": _fetch, "render": _render, "train": _train, "quantise": _quantise, "evaluate": _evaluate,
}  # fmt: skip


def main() -> None:
    """Run one stage, or all."""
    parser = argparse.ArgumentParser(prog="python -m quizkit.lab.pretrain", description=__doc__)
    parser.add_argument("stage", choices=[*_STAGES, "all"])
    parser.add_argument("--work", type=Path, required=True, help="folder for fonts, glyphs and checkpoints")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the result (default: the package's)")
    parser.add_argument("--seed", type=int, default=train.Plan.seed)
    parser.add_argument("--images", type=int, default=train.Plan.images)
    parser.add_argument("--threads", type=int, default=2, help="for torch (default: 2)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for folder in (options.work, options.out):
        folder.mkdir(parents=True, exist_ok=True)
    plan = train.Plan(seed=options.seed, images=options.images)
    for stage in _STAGES if options.stage == "all" else [options.stage]:
        sys.stderr.write(f"{stage} ...\n")
        _STAGES[stage](_Folder(options.work, options.out), plan)


if __name__ == "__main__":
    try:
        main()
    except (fonts.FontError, FileNotFoundError) as error:
        sys.exit(f"pretrain: {error}")

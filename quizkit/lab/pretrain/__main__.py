"""The command line of the pretraining: each stage reads what the one before it left in the working folder."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file

from quizkit.lab.child.quantised import IMAGE_SIZE, dequantise, quantise
from quizkit.lab.pretrain import fonts, glyphs, record, train, transfer
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
    _write(folder.shipped, record.measure(folder.shipped, original, drawn, plan, FONTS))


def _transfer(shipped: Path, side: int) -> None:
    """Measure the transfer of the shipped file again. At its own size, that is what is recorded."""
    state = dequantise(shipped)
    if side != IMAGE_SIZE:
        _put(transfer.pretrained(state, side=side)._asdict())
        return
    known = json.loads(shipped.with_suffix(".json").read_text(encoding="utf-8"))
    _write(shipped, {**known, "transfer": record.transferred(state), "versions": record.versions()})


def _write(shipped: Path, measured: dict[str, Any]) -> None:
    text = json.dumps(measured, indent=2, ensure_ascii=False) + "\n"
    shipped.with_suffix(".json").write_text(text, encoding="utf-8")
    shipped.with_suffix(".md").write_text(record.card(measured), encoding="utf-8")
    _put(measured["transfer"])


def _put(measured: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")


_STAGES: Final[dict[str, Callable[[_Folder, train.Plan], None]]] = {
    "fonts": _fetch, "render": _render, "train": _train, "quantise": _quantise, "evaluate": _evaluate,
}  # fmt: skip


def main() -> None:
    """Run one stage, or all; or measure the transfer again, which needs nothing but the shipped file."""
    parser = argparse.ArgumentParser(prog="python -m quizkit.lab.pretrain", description=__doc__)
    parser.add_argument("stage", choices=[*_STAGES, "all", "transfer"])
    parser.add_argument(
        "--work",
        type=Path,
        default=Path("pretraining"),
        help="folder for fonts, glyphs and checkpoints (default: here)",
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the result (default: the package's)")
    parser.add_argument("--seed", type=int, default=train.Plan.seed)
    parser.add_argument("--images", type=int, default=train.Plan.images)
    parser.add_argument("--threads", type=int, default=2, help="for torch (default: 2)")
    parser.add_argument("--side", type=int, default=IMAGE_SIZE, help="pixels, for `transfer` alone (default: 32)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.stage == "transfer":
        _transfer(options.out / f"{NAME}.safetensors", options.side)
        return
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

"""What is measured of the shipped backbone, as data and as a model card.

Invariant: the card has no figure of its own; each is taken from the record, and each of those was just measured.
"""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from torch import Tensor

from quizkit.lab.child.quantised import IMAGE_SIZE, MEAN, STD, dequantise
from quizkit.lab.pretrain import transfer
from quizkit.lab.pretrain.fonts import FontPackage
from quizkit.lab.pretrain.glyphs import Glyphs
from quizkit.lab.pretrain.train import Plan, build, glyph_accuracy

_BACKBONES: Final = {
    "int8": "pretrained on glyphs, as shipped (8 bits)",
    "random": "random, frozen (the control)",
}
_CARD: Final = """\
# {name}

A ResNet-18 that tells {pretraining[classes]:,} rendered glyphs apart, none of which is a digit or is written like
one. It is the pretrained backbone of the experiment's `offline` profile. The figures below are also in `{name}.json`;
both files are written by `python -m quizkit.lab.pretrain evaluate`, after `fonts`, `render`, `train` and `quantise`.

| | |
|---|---|
| architecture | `{architecture}`, {pretraining[classes]:,} classes, 512 features |
| file | {bytes:,} bytes: int8 weights with a scale per output channel, BatchNorm and buffers in float |
| SHA-256 | `{sha256}` |
| input | {input[size]}x{input[size]} pixels, three equal channels, ink {input[ink]} |
| normalisation | mean {input[mean][0]}, standard deviation {input[std][0]} |
| licence | that of quizkit (MIT); no font is in the file |

## Transfer to handwritten digits

Data: {transfer[data]}.
Recipe: {transfer[recipe]}.
Validation accuracy over the seeds {seeds}, measured again by `python -m quizkit.lab.pretrain transfer`:

| backbone | mean | standard deviation | per seed |
|---|---|---|---|
{rows}

A target for this data must be above the random control by three standard deviations, that is
above {transfer[random_plus_three_std]:.1%}.

A seed means the same head and the same batches in `quizkit run replacing-classifier-head --seeds {seed_list}`, which
measures the first row, and with `--backbone random` the second. Batches in another order move a control by some
points, and it is no different backbone for it.

## Pretraining

{pretraining[images]:,} images, drawn from {pretraining[pictures]:,} pictures of glyphs and each distorted anew:
stroke width, turn, shear, scale, shift, elastic waves, resolution, contrast, noise, and inversion of a part.
SGD with a one-cycle schedule, learning rate up to {pretraining[rate]}, momentum {pretraining[momentum]},
weight decay {pretraining[decay]}, batches of {pretraining[batch]}, seed {pretraining[seed]}.

On 10,240 fresh distorted images it names {pretraining[accuracy_int8]:.1%} of the glyphs
({pretraining[accuracy_float]:.1%} in float, before the weights were cut to 8 bits); chance is {chance:.1%}.

Which characters may be a class is told in `quizkit/lab/pretrain/exclusion.py`, and what is compared by sight in
`glyphs.py`. The characters chosen are in the JSON file.

## Fonts

Had from the Python registry by pinned version, each file checked by its digest; the digests are in the JSON file, the
texts of the licences in the packages.

| package | licence | files |
|---|---|---|
{font_rows}

## Limits

It has seen images of {input[size]}x{input[size]} pixels only: give it that size. There the outer taps of the last
stage's filters meet nothing but padding, and have learnt nothing. It knows glyphs; it is no backbone for photographs.

## Made with

{made_with}.
"""


def measure(
    file: Path, original: Mapping[str, Tensor], glyphs: Glyphs, plan: Plan, fonts: tuple[FontPackage, ...]
) -> dict[str, Any]:
    """Return the record of an eight-bit file, beside the float weights it was made of; see the keys below."""
    content = file.read_bytes()
    eight_bit = dequantise(file)
    return {
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "architecture": "torchvision.models.resnet18",
        "input": {"size": IMAGE_SIZE, "mean": MEAN, "std": STD, "ink": "bright on dark"},
        "pretraining": {
            **asdict(plan),
            "classes": len(glyphs.characters),
            "characters": glyphs.characters,
            "pictures": len(glyphs.pictures),
            "accuracy_float": _on_glyphs(original, glyphs, plan),
            "accuracy_int8": _on_glyphs(eight_bit, glyphs, plan),
        },
        "transfer": transferred(eight_bit),
        "fonts": [
            {
                "requirement": font.requirement,
                "licence": font.licence,
                "files": {f.name: f.sha256 for f in font.files},
            }
            for font in fonts
        ],
        "versions": versions(),
    }


def transferred(eight_bit: Mapping[str, Tensor]) -> dict[str, Any]:
    """Return what is recorded of the transfer of these weights, and of the control beside them."""
    random = transfer.at_random()
    return {
        "data": "scikit-learn's handwritten digits, 1,437 to train on and 360 to validate, stratified",
        "recipe": "Adam 1e-3, batches of 64, 5 epochs, head only, backbone frozen in evaluation mode",
        "seeds": transfer.SEEDS,
        "int8": transfer.pretrained(eight_bit)._asdict(),
        "random": random._asdict(),
        "random_plus_three_std": round(random.mean + 3 * random.std, 4),
    }


def versions() -> dict[str, str]:
    """Return what is measured with."""
    packages = ("torch", "torchvision", "pillow", "safetensors", "scikit-learn")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def card(record: Mapping[str, Any]) -> str:
    """Return the model card of a record, in Markdown."""
    rows = []
    for key, label in _BACKBONES.items():
        moved = record["transfer"][key]
        per_seed = ", ".join(f"{each:.1%}" for each in moved["per_seed"])
        rows.append(f"| {label} | {moved['mean']:.1%} | {moved['std']:.1%} | {per_seed} |")
    fonts = (
        f"| `{font['requirement']}` | {font['licence']} | {', '.join(font['files'])} |" for font in record["fonts"]
    )
    return _CARD.format(
        **record,
        name=Path(record["file"]).stem,
        seeds=", ".join(map(str, record["transfer"]["seeds"])),
        seed_list=",".join(map(str, record["transfer"]["seeds"])),
        chance=1 / record["pretraining"]["classes"],
        rows="\n".join(rows),
        font_rows="\n".join(fonts),
        made_with=", ".join(f"{name} {number}" for name, number in record["versions"].items()),
    )


def _on_glyphs(state: Mapping[str, Tensor], glyphs: Glyphs, plan: Plan) -> float:
    model = build(len(glyphs.characters), plan.seed)
    model.load_state_dict(state)
    return round(glyph_accuracy(model.eval(), glyphs, plan), 4)

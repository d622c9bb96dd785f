"""Choose the classes and draw them: every glyph in every font that has it, cropped, centred and of one size.

Invariant: no class looks like a digit (the second exclusion rule, by sight), and the classes are the ones least like
each other. Size and place are normalised away, so that letters which differ in these alone count as alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import torch
from fontTools.ttLib import TTFont
from PIL import Image, ImageFont
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from quizkit.lab.pretrain.exclusion import may_be_a_class
from quizkit.lab.pretrain.fonts import FontFile

SIDE: Final = 64
"""Height and width of a drawn glyph: twice the training size, so that distorting it loses no detail."""
NEAREST_TO_A_DIGIT: Final = 0.70
"""A character that correlates more than this with a digit, in any two fonts, is out."""

_INK: Final = 56
_POINTS: Final = 96


class Glyphs(NamedTuple):
    """The drawn classes."""

    characters: str
    """One character a class, in the order of their numbers."""
    pictures: Tensor
    """uint8, (pictures, SIDE, SIDE), 255 is ink; the pictures of a class lie together."""
    starts: Tensor
    """int64, (classes + 1,): class `i` has the pictures from `starts[i]` to `starts[i + 1]`."""


class _Face(NamedTuple):
    font: ImageFont.FreeTypeFont
    characters: frozenset[str]


def render(fonts: Sequence[tuple[Path, FontFile]], classes: int) -> Glyphs:
    """Choose this many classes among all that the fonts have, and draw them; ValueError if there are too few."""
    faces = [face for path, file in fonts for face in _faces(path, file)]
    digits = torch.stack([_draw(face.font, d) for face in faces if "0" in face.characters for d in "0123456789"])
    candidates = sorted(filter(may_be_a_class, frozenset().union(*(face.characters for face in faces))))
    drawn = {character: torch.stack(list(_pictures(faces, character))) for character in candidates}
    allowed = [character for character, near in _nearest(drawn, digits) if near <= NEAREST_TO_A_DIGIT]
    if len(allowed) < classes:
        raise ValueError(f"{classes} classes are wanted, and only {len(allowed)} characters qualify")
    firsts = torch.stack([drawn[character][0] for character in allowed])
    chosen = _most_different(_descriptor(firsts), classes)
    characters = "".join(sorted(allowed[index] for index in chosen))
    pictures = [drawn[character] for character in characters]
    starts = torch.tensor([0, *map(len, pictures)]).cumsum(0)
    return Glyphs(characters, torch.cat(pictures), starts)


def save(glyphs: Glyphs, file: Path) -> None:
    """Write the glyphs to one file."""
    codes = torch.tensor([ord(character) for character in glyphs.characters])
    save_file({"codes": codes, "pictures": glyphs.pictures, "starts": glyphs.starts}, file)


def load(file: Path) -> Glyphs:
    """Read what `save` wrote."""
    tensors = load_file(file)
    return Glyphs("".join(map(chr, tensors["codes"].tolist())), tensors["pictures"], tensors["starts"])


def _faces(path: Path, file: FontFile) -> Iterator[_Face]:
    with TTFont(path, lazy=True) as tables:
        characters = frozenset(map(chr, tables.getBestCmap()))
    for weight in file.weights or (None,):
        font = ImageFont.truetype(path, _POINTS)
        if weight is not None:
            axes = font.get_variation_axes()
            chosen: list[float] = [weight if axis["name"] == b"Weight" else axis["default"] or 0 for axis in axes]
            font.set_variation_by_axes(chosen)
        yield _Face(font, characters)


def _pictures(faces: Sequence[_Face], character: str) -> Iterator[Tensor]:
    return (_draw(face.font, character) for face in faces if character in face.characters)


def _draw(font: ImageFont.FreeTypeFont, character: str) -> Tensor:
    mask = font.getmask(character, mode="L")
    image = Image.frombytes("L", mask.size, bytes(mask)) if all(mask.size) else Image.new("L", (1, 1))
    image = image.crop(image.getbbox())
    scale = _INK / max(image.size)
    width, height = (max(1, round(length * scale)) for length in image.size)
    page = Image.new("L", (SIDE, SIDE))
    page.paste(image.resize((width, height), Image.Resampling.BILINEAR), ((SIDE - width) // 2, (SIDE - height) // 2))
    return torch.frombuffer(bytearray(page.tobytes()), dtype=torch.uint8).reshape(SIDE, SIDE)


def _nearest(drawn: Mapping[str, Tensor], digits: Tensor) -> Iterator[tuple[str, float]]:
    """Yield each character with its greatest correlation with a digit, in any font, as drawn or both stretched."""
    plain, wide = _descriptor(digits), _descriptor(_stretch(digits))
    for character, pictures in drawn.items():
        as_drawn = (_descriptor(pictures) @ plain.T).amax()
        stretched = (_descriptor(_stretch(pictures)) @ wide.T).amax()
        yield character, max(as_drawn.item(), stretched.item())


def _descriptor(pictures: Tensor) -> Tensor:
    """Return (pictures, 256) unit vectors whose product is the correlation of two blurred pictures."""
    blurred = functional.avg_pool2d(pictures[:, None].float(), 9, stride=1, padding=4)
    small = functional.avg_pool2d(blurred, SIDE // 16).flatten(1)
    return functional.normalize(small - small.mean(dim=1, keepdim=True), dim=1)


def _stretch(pictures: Tensor) -> Tensor:
    def fill(picture: Tensor) -> Tensor:
        rows, columns = (picture.amax(dim=1 - axis).nonzero().flatten() for axis in (0, 1))
        if not len(rows):
            return picture.float()
        ink = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].float()
        return functional.interpolate(ink[None, None], (SIDE, SIDE), mode="bilinear")[0, 0]

    return torch.stack([fill(picture) for picture in pictures])


def _most_different(descriptors: Tensor, count: int) -> list[int]:
    """Return the indices of a greedy choice: each next one is the least like its nearest of those chosen before."""
    chosen = [0]
    nearest = descriptors @ descriptors[0]
    while len(chosen) < count:
        index = int(nearest.argmin())
        chosen.append(index)
        nearest = torch.maximum(nearest, descriptors @ descriptors[index])
    return chosen

"""A confusion matrix as a heat map. Invariant: every count can be read as a number; the colour only repeats it."""

from collections.abc import Sequence

from textual.color import Color
from textual.content import Content
from textual.widget import Widget

from quizkit.model.text import one_line
from quizkit.report.layout import cells, cut, pad

_NAME_WIDTH = 12


class Confusion(Widget):
    """Rows are true classes, columns predicted ones. The diagonal is what is right."""

    def __init__(self, counts: Sequence[Sequence[int]], classes: Sequence[str]) -> None:
        super().__init__()
        self._counts, self._names = counts, [cut(one_line(name), _NAME_WIDTH) for name in classes]

    def render(self) -> Content:
        """Return the matrix in the colours of the theme that is on."""
        colours = self.app.theme_variables
        ground = Color.parse(colours["surface"])
        right, wrong = Color.parse(colours["good"]), Color.parse(colours["bad"])
        digits = max((len(str(count)) for row in self._counts for count in row), default=1)
        width = max(digits, *map(cells, self._names), 3) + 1
        left = max(map(cells, self._names), default=0)
        lines = [Content.styled(" " * (left + 1) + "".join(f"{name:>{width}}" for name in self._names), "$quiet")]
        for true, (name, row) in enumerate(zip(self._names, self._counts, strict=False)):
            total = sum(row) or 1
            cells_ = [
                _cell(count, count / total, right if true == predicted else wrong, ground, width)
                for predicted, count in enumerate(row)
            ]
            lines.append(Content.assemble((pad(name, left) + " ", "$quiet"), *cells_))
        return Content("\n").join(lines)


def _cell(count: int, share: float, hot: Color, ground: Color, width: int) -> Content:
    """Return one count; the larger its share of the row, the nearer its ground is to `hot`."""
    if not count:
        return Content.styled(f"{'·':>{width}}", f"$quiet on {ground.hex}")
    back = ground.blend(hot, 0.15 + 0.85 * share, alpha=1.0)
    ink = max((Color.parse("#000000"), Color.parse("#ffffff")), key=lambda each: _contrast(each, back))
    return Content.styled(f"{count:>{width}}", f"{ink.hex} on {back.hex}")


def _contrast(a: Color, b: Color) -> float:
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    parts = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

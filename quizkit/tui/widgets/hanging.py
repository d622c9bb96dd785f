"""Lines that go on beside their mark where they are too long, and not below it.

Invariant: the words and their styles stay as they are; what is quoted stays behind its bar on every line.
"""

import re
from typing import Final

from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static

_MARK: Final = re.compile(r" *(?:(?P<bar>│ )|[▸✓✗] )?")
_LEAST: Final = 20
"""Columns that are left for text beside a mark, else it goes on below it."""


def hung(line: Content, width: int) -> list[Content]:
    """Return a line wrapped to a width, what goes on beside its mark."""
    if line.cell_length <= width:
        return [line]
    found = _MARK.match(line.plain)
    mark, rest = line.divide([found.end() if found else 0])[-2:]
    if width - mark.cell_length < _LEAST:
        return line.wrap(width)
    room = mark if found and found["bar"] else Content(" " * mark.cell_length)
    first, *others = rest.wrap(width - mark.cell_length)
    return [mark + first, *(room + other for other in others)]


class _Hung(Visual):
    def __init__(self, content: Content) -> None:
        self._content = content
        self._shown: tuple[int, Content] = (0, content)

    def at(self, width: int) -> Content:
        """Return everything wrapped to a width."""
        if self._shown[0] != width:
            lines = self._content.split(allow_blank=True)
            self._shown = (width, Content("\n").join(part for line in lines for part in hung(line, width)))
        return self._shown[1]

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return self.at(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self._content.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.at(width).get_height(rules, width)


class Hanging(Static):
    """Text of which each line has a mark, or is indented."""

    def __init__(self, content: Content, *, name: str | None = None, classes: str = "") -> None:
        self._hung = _Hung(content)
        super().__init__(self._hung, id=name, classes=classes)

    def show(self, content: Content) -> None:
        """Show another text."""
        self._hung = _Hung(content)
        self.update(self._hung)

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """Return what is marked with the mouse, to be copied."""
        return selection.extract(self._hung.at(self.content_size.width).plain), "\n"

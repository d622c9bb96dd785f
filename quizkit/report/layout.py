"""Lines on a page: widths as a terminal counts them, wrapping, tables, colour.

Invariant: colour is added after everything is measured, and says nothing that a word does not say too.
"""

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile, zip_longest
from typing import Final, TextIO

from quizkit.model.text import one_line, printable

PLAIN_WIDTH: Final = 80
WIDEST: Final = 100
"""Longer lines of prose are hard to read, however wide the terminal is."""

COLOURS: Final[Mapping[str, str]] = {
    "proved": "32",
    "refuted": "1;31",
    "undecided": "1;35",
    "needs-environment": "36",
    "exempt": "36",
    "strong": "1",
    "place": "36",
}
"""Bold and basic colours that can be read on light and on dark."""

_WORD: Final = re.compile(r"( *)([^ ]+(?:(?<=\d) (?:%|s|ms|MiB|GiB)(?![^ .,;:)])[.,;:)]*)?(?: ± [^ ]+)?)")
"""A word with the spaces before it; a figure with its unit and its spread is one."""


@dataclass(frozen=True)
class Page:
    """What a person will read on."""

    width: int = PLAIN_WIDTH
    """Columns."""
    colours: Mapping[str, str] = field(default_factory=dict)
    """What each style is in ANSI; empty for plain text."""

    def paint(self, style: str, text: str) -> str:
        """Return `text` in a style."""
        code = self.colours.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


def page_for(out: TextIO) -> Page:
    """Return the page that `out` is: its width and colours if it is a terminal, else 80 columns in plain text."""
    if not is_terminal(out):
        return Page()
    try:
        columns = os.get_terminal_size(out.fileno()).columns or PLAIN_WIDTH
    except (OSError, ValueError):
        columns = PLAIN_WIDTH
    return Page(max(40, min(columns, WIDEST)), COLOURS if _wants_colour() else {})


def rows_for(out: TextIO) -> Page:
    """Return the page for lines that are entries of a list: on a terminal they are cut, elsewhere they are data."""
    return page_for(out) if is_terminal(out) else Page(sys.maxsize)


def is_terminal(stream: TextIO) -> bool:
    """Say whether a person is looking at `stream`."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def is_dumb() -> bool:
    """Say whether terminals here only know how to print one line after the other."""
    return os.environ.get("TERM") == "dumb"


def _wants_colour() -> bool:
    understands = sys.platform != "win32" or bool({"WT_SESSION", "TERM"} & os.environ.keys())
    return understands and not os.environ.get("NO_COLOR") and not is_dumb()


def cells(text: str) -> int:
    """Return how many columns a line takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(char) in {"Mn", "Me"} else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def pad(text: str, width: int) -> str:
    """Return `text` filled up with spaces to `width` columns."""
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """Return as much of `text` as fits in `width` columns, with three dots where it was cut."""
    if cells(text) <= width:
        return text
    kept = text[: max(width - 3, 0)]
    while cells(kept) > width - 3 > 0:
        kept = kept[:-1]
    return kept.rstrip() + "..."


def prose(text: str, width: int, first: str = "", rest: str | None = None) -> Iterator[str]:
    """Yield a sentence wrapped to `width` columns, its lines starting with `first` and then `rest`.

    A word is never broken, so that a path or a name can be copied; spaces between words stay as they are.
    """
    line, is_begun = first, False
    for space, word in _WORD.findall(one_line(text)):
        if is_begun and cells(line) + len(space) + cells(word) > width:
            yield line
            line = (first if rest is None else rest) + word
        else:
            line += space + word
        is_begun = True
    if is_begun:
        yield line


def verbatim(text: str, prefix: str) -> Iterator[str]:
    """Yield the lines of a text as they are, each behind `prefix`: whatever it says, it is seen to be quoted."""
    for line in printable(text).expandtabs(4).strip("\n").split("\n"):
        yield f"{prefix}{line}".rstrip()


def begun(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines from the first that is not empty."""
    return dropwhile(lambda line: not line, lines)


def section(title: str, lines: Iterable[str], page: Page) -> Iterator[str]:
    """Yield the lines below a title, set off from what stands before; nothing if there are none."""
    for number, line in enumerate(lines):
        if number == 0:
            yield ""
            yield page.paint("strong", title)
        yield line


def table(rows: Sequence[Iterable[str]], prefix: str, width: int) -> Iterator[str]:
    """Yield a table's lines with aligned columns.

    Where it is wider than the page, its cells are wrapped; where even their words are too wide, it goes row by row, a
    cell a line.
    """
    cleaned = [[one_line(cell) for cell in row] for row in rows]
    columns = max((len(row) for row in cleaned), default=0)
    filled = [row + [""] * (columns - len(row)) for row in cleaned]
    if not filled:
        return
    widths = _widths(filled, width - cells(prefix) - 2 * (columns - 1))
    if widths is None:
        yield from _stacked(filled, prefix)
        return
    for row in [filled[0], ["-" * column for column in widths], *filled[1:]]:
        wrapped = [_wrapped(cell, column) for cell, column in zip(row, widths, strict=True)]
        for line in zip_longest(*wrapped, fillvalue=""):
            yield (prefix + "  ".join(map(pad, line, widths))).rstrip()


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return the width of each column, the widest ones made narrower until all fit; None if they cannot."""
    columns = list(zip(*rows, strict=True))
    widths = [max(map(cells, column)) for column in columns]
    least = [max(cells(word) for cell in column for word in cell.split(" ")) for column in columns]
    while sum(widths) > room:
        spare = [number for number, width in enumerate(widths) if width > least[number]]
        if not spare:
            return None
        widths[max(spare, key=lambda number: widths[number])] -= 1
    return widths


def _wrapped(cell: str, width: int) -> list[str]:
    lines = [""]
    for word in cell.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if cells(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _stacked(rows: Sequence[Sequence[str]], prefix: str) -> Iterator[str]:
    header = rows[0][1:]
    names = max(map(cells, header), default=0)
    for first, *rest in rows[1:]:
        yield f"{prefix}{first}"
        for name, cell in zip(header, rest, strict=True):
            yield f"{prefix}  {pad(name, names)}  {cell}".rstrip()

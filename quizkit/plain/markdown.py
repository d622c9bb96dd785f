"""Markdown in lines of plain text: what a lesson is written in. Pure.

Invariant: every word of it is there. Code and tables stay as they are; emphasis and inline code keep their marks.
"""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from quizkit.model.text import one_line
from quizkit.report.layout import Page, prose, table, verbatim


def markdown_lines(text: str, page: Page) -> Iterator[str]:
    """Yield the lines, with an empty one between blocks."""
    for number, block in enumerate(_blocks(MarkdownIt("commonmark").enable("table").parse(text), page)):
        yield from [""] * bool(number)
        yield from block


def _blocks(tokens: list[Token], page: Page) -> Iterator[list[str]]:
    """Yield every block's lines; the entries of a list are one block."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _end(tokens, index)
        inner = tokens[index + 1 : end]
        match token.type:
            case "heading_open":
                yield [page.paint("strong", one_line(inner[0].content))]
            case "paragraph_open":
                yield list(prose(inner[0].content, page.width, "  "))
            case "fence" | "code_block" | "html_block":
                yield list(verbatim(token.content, "  | "))
            case "bullet_list_open" | "ordered_list_open":
                yield list(_list(inner, int(token.attrs.get("start", 1)) if token.type[0] == "o" else None, page))
            case "table_open":
                yield list(table(_rows(inner), "  ", page.width))
            case "blockquote_open":
                yield from ([f"  > {line.strip()}" for line in block] for block in _blocks(inner, page))
        index = end + 1


def _end(tokens: list[Token], start: int) -> int:
    """Return where the block that opens at `start` closes; `start` itself for one that is a single token."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1


def _list(tokens: list[Token], first: int | None, page: Page) -> Iterator[str]:
    """Yield the entries of a list, numbered from `first` or behind dashes; what is nested stands further in."""
    index, number = 0, first
    while index < len(tokens):
        end = _end(tokens, index)
        mark = "- " if number is None else f"{number}. "
        narrower = Page(page.width - len(mark), page.colours)
        lines = [line for block in _blocks(tokens[index + 1 : end], narrower) for line in block]
        for position, line in enumerate(lines):
            inside = line.removeprefix("  ")
            yield f"  {mark if position == 0 else ' ' * len(mark)}{inside}"
        index, number = end + 1, None if number is None else number + 1


def _rows(tokens: list[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
    return rows

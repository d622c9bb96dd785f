"""A refuted or undecided item told in full: the stem, then every finding with what was measured.

Invariant: measured text is never re-flowed where its own line breaks mean something, and continuation lines of
foreign text stand behind a bar, so that a message cannot pass for a line of the report.
"""

import re
from collections.abc import Iterator
from typing import Final

from quizkit.model.bank import Place
from quizkit.model.text import one_line, printable
from quizkit.model.verdict import Finding, Verdict
from quizkit.report.layout import Page, cells, prose, table, verbatim
from quizkit.report.words import circumstances, place_of

_FENCED: Final = re.compile(r"^((?:```|~~~).*?^(?:```|~~~)[ \t]*(?:\n|\Z))", re.MULTILINE | re.DOTALL)
_BLANK: Final = re.compile(r"\n[ \t]*\n")


def explained(verdict: Verdict, page: Page) -> Iterator[str]:
    """Yield everything about a verdict that a person needs to act on it."""
    word = verdict.status.value
    yield f"{page.paint(word, word)}  {page.paint('strong', one_line(verdict.item))}"
    yield from stem_lines(verdict.stem, page.width)
    told: tuple[tuple[str, ...], ...] = ()
    for finding in verdict.findings:
        yield ""
        # Findings on several options of one item come with the same table.
        once = finding.model_copy(update={"table": ()}) if finding.table == told else finding
        yield from finding_lines(once, verdict, page)
        told = finding.table or told


def stem_lines(stem: str, width: int) -> Iterator[str]:
    """Yield the asking text, its paragraphs wrapped and its code as it is."""
    for number, (text, is_code) in enumerate(_blocks(stem)):
        if number:
            yield ""
        yield from verbatim(text, "  | ") if is_code else prose(text, width, "  ")


def _blocks(stem: str) -> Iterator[tuple[str, bool]]:
    """Yield the paragraphs and the code of Markdown, and which of the two each is."""
    for number, part in enumerate(_FENCED.split(printable(stem))):
        if number % 2:
            yield part, True
        else:
            for text in filter(str.strip, _BLANK.split(part)):
                yield text, all(line.startswith("    ") for line in text.strip("\n").split("\n"))


def finding_lines(finding: Finding, verdict: Verdict, page: Page) -> Iterator[str]:
    """Yield one finding: what, where, which option, what was measured, what to do."""
    kind = finding.kind.value
    yield from _led(kind, verdict.status.value, prose(f"{kind}: {finding.what}", page.width, "  ", "    "), page)
    if place := place_of(finding, verdict):
        yield f"    {place_line(place, page)}"
    if about := circumstances(finding):
        yield from prose(about, page.width, "    ")
    if finding.shown.strip():
        yield from verbatim(finding.shown, "      | ")
    measured = [detail for detail in finding.details if one_line(detail) != one_line(finding.what)]
    if measured:
        yield ""
    for detail in measured:
        yield from _detail(detail, page.width)
    if finding.table:
        yield ""
        yield from table(finding.table, "      ", page.width)
    if finding.remedy.strip():
        if measured or finding.table:
            yield ""
        yield from _led("help:", "strong", prose(f"help: {finding.remedy}", page.width, "    ", "          "), page)


def _led(word: str, style: str, lines: Iterator[str], page: Page) -> Iterator[str]:
    """Yield the lines with the word that they start with painted."""
    yield next(lines).replace(word, page.paint(style, word), 1)
    yield from lines


def place_line(place: Place, page: Page) -> str:
    """Return `file:line:column`, alone, as terminals link it."""
    return page.paint("place", one_line(str(place)))


def _detail(detail: str, width: int) -> Iterator[str]:
    """Yield a measured fact; what is indented in it belongs to the fact before."""
    text = printable(detail).expandtabs(4)
    first, *rest = text.rstrip("\n").split("\n")
    indent = "      " + " " * min(len(first) - len(first.lstrip()), 8)
    if rest or cells(first.strip()) + len(indent) <= width:
        yield f"{indent}{first.strip()}".rstrip()
    else:
        yield from prose(first, width, indent, indent + "  ")
    for line in rest:
        yield f"{indent}  | {line}".rstrip()

"""Figures in prose: checked when a bank is loaded, put in when prose is shown. Pure.

`{fact:ID}` is a measured value. `{program:ID}`, alone on its line, is the program that was measured, with its value
below; `{table:ID}` a measured list of rows as a table. Invariant: no figure is shown that was not measured.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from quizkit.bank.problem import did_you_mean, quoted
from quizkit.model.card import Card
from quizkit.model.evidence import Value
from quizkit.model.figure import Figure
from quizkit.model.lesson import Lesson
from quizkit.model.text import one_line, printable

Figures = Mapping[str, Figure]
"""Facts with what was measured, by id."""

NOT_PROVED: Final = "not proved here"
"""Stands where a figure would, if it has no proof."""

_INLINE: Final = "fact"
_BLOCKS: Final = ("program", "table")
_REFERENCE: Final = re.compile(r"\{(fact|program|table):([^{}\n]*)\}")
_FENCE: Final = re.compile(r" {0,3}(```+|~~~+)")
_BACKTICKS: Final = re.compile(r"`+")
_CODE: Final = r"(?<!`)`++[^`]+`++"
_UNREAD: Final = re.compile(
    _CODE + r"|\]\([^()]*\)|<[^<>]*>|https?://\S+|^ {0,3}\[[^\]]*\]:.*"  # links and tags
    r"|\{[a-z]+:[^{}]*\}"
    r"|^\s*(?:[-*+>#]+\s+)*\d{1,9}[.)]\s"  # the number of a list entry or heading
)
_NUMERAL: Final = re.compile(r"(?<![\w.-])\d(?:[\d,.]*\d)?(?!\w)(?!-[A-Za-z]\b)")
_GROUPED: Final = 10_000
"""Integers from here on are written in groups of three digits; a shape stays as code writes it."""


class Doubt(NamedTuple):
    """What is wrong with a figure in prose."""

    line: int
    """Line of the prose, from 1."""
    column: int
    """Column, from 1."""
    what: str
    remedy: str


def numbered(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield every line of Markdown with its number, from 1, and whether it belongs to a fenced block of code."""
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        mark = _FENCE.match(line)
        yield number, line, bool(fence) or mark is not None
        if mark is not None and not fence:
            fence = mark.group(1)
        elif mark is not None and mark.group(1).startswith(fence):
            fence = ""


def lint_prose(text: str, facts: Collection[str] | None) -> Iterator[Doubt]:
    """Yield references to facts that are not there, and numerals that could be wrong without anybody noticing.

    `facts` are those that are there; None if that is not known.
    """
    for number, line, is_code in numbered(text):
        for match in _REFERENCE.finditer(line):
            if (found := _misused(match, facts, is_code)) is not None:
                yield Doubt(number, match.start() + 1, *found)
        if not is_code:
            prose = _UNREAD.sub(lambda match: " " * len(match.group()), line)
            for match in _NUMERAL.finditer(prose):
                what = f"the bare numeral {quoted(match.group())} is not proved"
                remedy = "make it a fact and write {fact:ID}, or put code between backticks"
                yield Doubt(number, match.start() + 1, what, remedy)


def _misused(match: re.Match[str], facts: Collection[str] | None, is_code: bool) -> tuple[str, str] | None:
    kind, name = match.groups()
    if facts is not None and name not in facts:
        remedy = did_you_mean(name, sorted(facts), "add it to the facts in pattern.yaml")
        return f"there is no fact {quoted(name)}", remedy
    if kind in _BLOCKS and (is_code or match.string.strip() != match.group()):
        return f"{{{kind}:{name}}} does not stand alone on its line", "give it a line of its own, outside of code"
    return None


def quoted_facts(*texts: str) -> set[str]:
    """Return the ids of the facts that some texts quote."""
    return {name for text in texts for _, name in _REFERENCE.findall(text)}


def interpolated(lesson: Lesson, figures: Figures) -> Lesson:
    """Return a lesson with its figures put in; what is not proved says so."""
    sections = tuple(
        section.model_copy(update={"body": interpolated_text(section.body, figures)}) for section in lesson.sections
    )
    return lesson.model_copy(update={"sections": sections})


def interpolated_card(card: Card, figures: Figures) -> Card:
    """Return a flip card with its figures put in; what is not proved says so."""
    sides = {side: interpolated_text(getattr(card, side), figures) for side in ("front", "back")}
    return card.model_copy(update=sides)


def interpolated_text(text: str, figures: Figures) -> str:
    """Return Markdown with its figures put in; what is not proved says so."""

    def shown(match: re.Match[str]) -> str:
        kind, name = match.groups()
        figure = figures.get(name)
        if figure is None:
            return NOT_PROVED
        match kind:
            case "program":
                return _program(figure)
            case "table":
                return _table(figure.value)
            case _:
                return _plain(figure.value)

    return _REFERENCE.sub(shown, text)


def _plain(value: Value | None) -> str:
    """Return a value as prose has it: an integer with its digits in groups, a text without quotes."""
    if value is None:
        return NOT_PROVED
    if value.type == "int" and isinstance(value.scalar, int) and abs(value.scalar) >= _GROUPED:
        return f"{value.scalar:,}"
    return one_line(str(value.scalar) if value.type == "str" else value.brief())


def _program(figure: Figure) -> str:
    """Return a fact's program as a block of code that ends with what is measured, and the value below it."""
    code = printable("\n".join(filter(None, (figure.fact.given.rstrip("\n"), figure.fact.value.strip("\n")))))
    fence = "`" * max(3, *(len(run) + 1 for run in _BACKTICKS.findall(code)), 3)
    return f"{fence}python\n{code}\n{fence}\n\nThe last line gives **{_plain(figure.value)}**."


def _table(value: Value | None) -> str:
    """Return a list of dicts as a Markdown table with a column for each key of the first; anything else as text."""
    rows = [_row(each) for each in (value.items if value is not None else None) or ()]
    if not rows or not all(rows):
        return _plain(value)
    header = list(rows[0])
    columns = [[name, *(row.get(name, "") for row in rows)] for name in header]
    widths = [max(3, *map(len, column)) for column in columns]
    lines = [
        [text.ljust(width) for text, width in zip(line, widths, strict=True)] for line in zip(*columns, strict=True)
    ]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(value: Value) -> dict[str, str]:
    """Return a dict's keys and values as text; of anything else, nothing."""
    if value.type != "dict" or value.items is None:
        return {}
    texts = [_plain(each).replace("|", r"\|") for each in value.items]
    return dict(zip(texts[::2], texts[1::2], strict=True))

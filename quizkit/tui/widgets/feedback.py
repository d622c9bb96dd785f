"""What a learner sees after the answer: own choice and right one, every option with what running it gave.

Invariant: everything here was measured or written by the author; nothing is concluded anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from quizkit.model.served import ServedItem, ServedOption
from quizkit.practice.state import State, Turn
from quizkit.report.layout import cells
from quizkit.tui.widgets.code import CodeBlock, code
from quizkit.tui.widgets.evidence import told
from quizkit.tui.widgets.hanging import Hanging
from quizkit.tui.widgets.text import joined, prose, quoted


def _shown(option: ServedOption) -> Widget:
    """Return an option as the learner reads it."""
    return CodeBlock(code(option.text), classes="option") if option.is_code else Static(prose(option.text))


class Panel(VerticalGroup):
    """A titled box."""

    def __init__(self, title: str, *children: Widget, classes: str = "") -> None:
        super().__init__(*children, classes=f"panel {classes}")
        self.border_title = title


_BESIDE: Final = 1
"""Columns between two panels side by side."""
_FRAME: Final = 4
"""Columns that the border and the margin inside it take of a panel."""


class Pair(HorizontalGroup):
    """Two panels side by side, or one below the other where a line of `code` would be cut."""

    def __init__(self, left: Panel, right: Panel, code: Iterable[str]) -> None:
        super().__init__(left, right)
        self._longest = max((cells(line) for each in code for line in each.expandtabs(4).splitlines()), default=0)

    def on_resize(self, event: events.Resize) -> None:
        """Look again whether both fit."""
        self.set_class(self._longest > (event.size.width - _BESIDE) // 2 - _FRAME, "-stacked")


class Feedback(VerticalGroup):
    """Everything about one answered item."""

    def __init__(self, item: ServedItem, turn: Turn) -> None:
        super().__init__()
        self._item, self._turn, self._chosen = item, turn, turn.chosen
        self._options = [item.option(option) for option in turn.options]

    def compose(self) -> ComposeResult:
        look, verdict = _verdict(self._turn)
        headline = Content.assemble((verdict, "bold"), *(f"  {note}" for note in _notes(self._turn)))
        yield Static(headline, classes=f"headline {look}")
        if self._chosen and set(self._chosen) != set(self._item.key):
            compared = {*self._chosen, *self._item.key}
            yield Pair(
                Panel("Your answer", *self._texts(self._chosen), *self._mistakes(), classes="-wrong"),
                Panel("Right answer", *self._texts(self._item.key), classes="-right"),
                [option.text for option in self._options if option.is_code and option.id in compared],
            )
        if self._item.premise:
            yield Static("What the program did as it stands", classes="heading")
            yield Hanging(joined(map(told, self._item.premise)), classes="step")
        if self._item.stages:
            yield Static("What was run after it", classes="heading")
            yield CodeBlock(joined(map(_stage, self._item.stages)))
        yield Static("What happened when each option was run", classes="heading")
        for number, option in enumerate(self._options, start=1):
            yield self._option(number, option)
        if self._item.steps:
            yield Static("Worked solution", classes="heading")
            for number, step in enumerate(self._item.steps, start=1):
                yield HorizontalGroup(Static(f"{number}. "), Static(prose(step), classes="text"), classes="step")
        if self._item.quick_check:
            yield Static("Quick check", classes="heading")
            yield Static(prose(self._item.quick_check), classes="step prose")
        yield Hanging(self._where(), classes="where")

    def _texts(self, options: Sequence[str]) -> Iterator[Widget]:
        for option in options:
            yield _shown(self._item.option(option))

    def _mistakes(self) -> Iterator[Static]:
        """Yield the mistake behind each wrong option that was chosen."""
        for option in map(self._item.option, self._chosen):
            if not option.is_right:
                yield Static(prose(option.rationale), classes="rationale")

    def _option(self, number: int, option: ServedOption) -> Panel:
        is_chosen = option.id in self._chosen
        words = ["right" if option.is_right else "wrong", *(["your choice"] if is_chosen else [])]
        parts: list[Widget] = [_shown(option)]
        parts.append(Static(prose(option.rationale), classes="rationale"))
        if option.cure:
            parts.append(CodeBlock(_diff(option.cure), classes="cure"))
        parts.append(Hanging(joined(told(each) for each in option.evidence), classes="evidence"))
        sign = "✓" if option.is_right else "✗"
        return Panel(
            f"{sign} {number}  {', '.join(words)}", *parts, classes="-right" if option.is_right else "-distractor"
        )

    def _where(self) -> Content:
        places = "; ".join(self._item.environments)
        here = "Proved here" if self._item.is_proved_here else "Proved elsewhere, not yet in this environment"
        return joined([quoted(f"{here}: {places}", "$quiet"), *(quoted(note, "$quiet") for note in self._item.notes)])


def _verdict(turn: Turn) -> tuple[str, str]:
    """Return how a headline looks, and what it says."""
    if turn.state is State.RIGHT:
        return "-right", "✓ Right"
    if turn.has_key_too_late:
        return "-late", "✗ Right, but after the time: it does not count"
    return "-wrong", "✗ Not right" if turn.chosen else "✗ No answer"


def _notes(turn: Turn) -> Iterator[str]:
    """Yield what a headline adds to right or wrong."""
    if turn.is_late and not turn.has_key_too_late:
        yield "Time ran out."
    if turn.state is State.GIVEN_UP:
        yield "Given up."
    if len(turn.answers) > 1:
        yield f"After {len(turn.answers)} attempts."
    if turn.hints:
        yield f"{turn.hints} hint{'s' * (turn.hints != 1)} used."


def _stage(stage: tuple[str, str]) -> Content:
    name, source = stage
    return joined([Content.styled(name, "italic $quiet"), code(source)])


def _diff(text: str) -> Content:
    """Return a unified diff coloured, its file headers left out."""
    styles = {"-": "$bad", "+": "$good", "@": "$quiet"}
    lines = [line for line in text.rstrip("\n").split("\n") if not line.startswith(("---", "+++"))]
    return Content("\n").join(Content.styled(line, styles.get(line[:1], "$quiet")) for line in lines)

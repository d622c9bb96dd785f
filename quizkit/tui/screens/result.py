"""The end of a session: how it went, by concept and by difficulty, and every own answer to look at again."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizkit.errors import QuizkitError
from quizkit.model.mode import MODES, Mode
from quizkit.model.served import ServedItem
from quizkit.practice.history import HistoryError
from quizkit.practice.result import Result, result
from quizkit.practice.reviews import returns_said
from quizkit.practice.state import State, Turn
from quizkit.practice.study import Study
from quizkit.report.words import duration
from quizkit.tui.screens.answer import AnswerScreen
from quizkit.tui.screens.base import InnerScreen
from quizkit.tui.screens.concepts import ConceptsScreen, share_line
from quizkit.tui.widgets.meter import meter
from quizkit.tui.widgets.text import joined, prose

_WEAK_CONCEPTS: Final = 5
_SIGNS = {State.RIGHT: ("✓", "$good"), State.WRONG: ("✗", "$bad"), State.GIVEN_UP: ("-", "$careful")}


class ResultScreen(InnerScreen):
    """What a session came to."""

    HELP = """
# The result

Choose a question to see your answer beside the right one, with everything that was run. `r` asks again what was not
right, and only that; `c` shows how it went with every concept. What you see is stored already.
"""
    BINDINGS = [Binding("r", "retry", "Retry the wrong ones"), Binding("c", "concepts", "By concept")]

    def __init__(self, study: Study, title: str) -> None:
        super().__init__()
        self._study, self._title = study, title
        self._result = result(study.session)

    def body(self) -> ComposeResult:
        turns = self._study.session.turns
        yield Static(_summary(self._result, self._returns()), id="summary")
        yield OptionList(*(Option(_line(number, turn)) for number, turn in enumerate(turns, 1)), id="turns")

    def _returns(self) -> str:
        """Say after a review when everything comes back."""
        if self._result.mode is Mode.REVIEW:
            with suppress(HistoryError):  # Where it cannot be read there is nothing to say, and all else is shown.
                return returns_said(self._study.returns().values())
        return ""

    def on_mount(self) -> None:
        """Say which session it was."""
        self.top.where = f"{MODES[self._study.session.started.mode].title} · {self._title} · result"
        self.query_one("#turns").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to ask again only if something was wrong."""
        if action == "concepts":
            return bool(self._result.concepts)
        if action == "retry":
            return any(turn.state is not State.RIGHT for turn in self._study.session.turns)
        return super().check_action(action, parameters)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show one answer again."""
        self.app.push_screen(AnswerScreen(self._study.session.turns, event.option_index))

    def action_concepts(self) -> None:
        """Show how it went with every concept."""
        self.app.push_screen(ConceptsScreen(self._result.concepts, self._title))

    def action_retry(self) -> None:
        """Ask again what was not right."""
        from quizkit.tui.screens.play import PlayScreen

        try:
            study = self.desk.retried(self._study)
        except QuizkitError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.app.switch_screen(PlayScreen(study, self._title))


def _line(number: int, turn: Turn) -> Content:
    sign, style = _SIGNS.get(turn.state, ("○", "$quiet"))
    flag = "⚑ " if turn.is_flagged else ""
    stem = turn.entry.stem if isinstance(turn.entry, ServedItem) else turn.entry.front
    level = turn.entry.difficulty.value if turn.entry.difficulty else "card"
    return Content.assemble(
        (f"{sign} ", style),
        (f"{number:>2} ", "$quiet"),
        (f"{level:<7}", "$quiet"),
        flag,
        prose(stem.partition("\n\n")[0]),
    )


def _summary(found: Result, returns: str) -> Content:
    share = found.right / found.total if found.total else 0.0
    hints = f", {found.hints} hint{'s' * (found.hints != 1)}" if found.hints else ""
    head = Content.assemble(
        (f"{found.right} of {found.total} right  ", "bold"),
        meter(share, 20),
        (f"  in {duration(found.seconds)}{hints}", "$quiet"),
    )
    back = Content(returns) if returns else None
    return joined([head, _strength(found), _badge(found), back, *_shares(found)])


def _strength(found: Result) -> Content | None:
    if found.strength is None:
        return None
    low, high = found.strength.interval
    what = f"  the chance to be right at an item of medium difficulty; 90 % sure: {low} to {high} %"
    return Content.assemble(
        (f"Strength in this test alone: {found.strength.percent} %", "bold $primary"), (what, "$quiet")
    )


def _badge(found: Result) -> Content | None:
    missed = found.missed_badge
    if found.badge:
        return Content.assemble(
            ("★ ", "$careful"), (f"{found.badge} badge", "bold"), (missed and f"  {missed}", "$quiet")
        )
    return Content.styled(f"no badge yet; {missed}", "$quiet") if missed else None


def _shares(found: Result) -> Iterator[Content]:
    if found.difficulties:
        told = ", ".join(f"{each.name} {each.right}/{each.total}" for each in found.difficulties)
        yield Content.styled(told, "$quiet")
    weak = [each for each in found.concepts if each.right < each.total][:_WEAK_CONCEPTS]
    yield from map(share_line, weak)

"""One own answer of a finished session, beside the right one."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from quizkit.model.served import ServedItem
from quizkit.practice.state import Turn
from quizkit.tui.screens.base import InnerScreen
from quizkit.tui.screens.proof import ProofScreen
from quizkit.tui.widgets.code import CodeBlock, code
from quizkit.tui.widgets.feedback import Feedback
from quizkit.tui.widgets.prose import Prose
from quizkit.tui.widgets.question import Hints


class AnswerScreen(InnerScreen):
    """What was asked, what you answered, what is right, and what happened when each option was run."""

    HELP = """
# An answer

Your answer beside the right one, and everything that was run. `p` shows the whole proof, `l` runs it again.
"""
    BINDINGS = [
        Binding("n", "other(1)", "Next answer"),
        Binding("b", "other(-1)", "Answer before"),
        Binding("p", "proof(False)", "Proof"),
        Binding("l", "proof(True)", "Run live"),
        Binding("down,j", "scroll(2)", "Down", show=False),
        Binding("up,k", "scroll(-2)", "Up", show=False),
    ]

    def __init__(self, turns: Sequence[Turn], number: int) -> None:
        super().__init__()
        self._turns, self._number = turns, number

    @property
    def _turn(self) -> Turn:
        return self._turns[self._number]

    def body(self) -> ComposeResult:
        entry = self._turn.entry
        with VerticalScroll(id="page"):
            if isinstance(entry, ServedItem):
                yield Prose(entry.stem, classes="stem")
                if entry.given.strip():
                    yield CodeBlock(code(entry.given))
                yield Hints(self._turn)
                yield Feedback(entry, self._turn)
            else:
                yield Prose(entry.front, classes="front")
                yield Prose(entry.back)

    def on_mount(self) -> None:
        """Say which it is."""
        self.top.where = f"Answer · {self._turn.entry.item}"
        self.top.progress = f"{self._number + 1} of {len(self._turns)}"
        self.query_one("#page").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no proof of a card, which has none, and no answer after the last or before the first."""
        if action == "other":
            return 0 <= self._number + (1 if parameters == (1,) else -1) < len(self._turns)
        if action == "proof":
            return isinstance(self._turn.entry, ServedItem)
        return super().check_action(action, parameters)

    def action_other(self, by: int) -> None:
        """Show the answer after this one, or the one before."""
        self.app.switch_screen(AnswerScreen(self._turns, self._number + by))

    def action_proof(self, runs_at_once: bool) -> None:
        """Show the whole proof, or run it again as well."""
        self.app.push_screen(ProofScreen(self._turn.entry.item, runs_at_once=runs_at_once))

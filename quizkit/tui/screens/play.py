"""A session: one entry after the other, whatever the mode. The study decides; the screen shows what it says.

Invariant: every step goes to the study, which commits it before the screen shows it; leaving loses nothing.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from quizkit.model.mode import MODES, Mode
from quizkit.model.served import ServedCard, ServedItem
from quizkit.practice.history import HistoryError
from quizkit.practice.replies import again_said
from quizkit.practice.session import NotAllowedError
from quizkit.practice.state import Turn
from quizkit.practice.study import Study
from quizkit.tui.messages import Chosen
from quizkit.tui.screens.base import InnerScreen
from quizkit.tui.screens.playground import PlaygroundScreen
from quizkit.tui.screens.proof import ProofScreen
from quizkit.tui.screens.result import ResultScreen
from quizkit.tui.widgets.choices import Choices
from quizkit.tui.widgets.question import CardView, ItemView, view

_CARD: Final = """
# A flip card

Answer it in your mind, turn it over with `enter` or a click, and say with `1` or `2` whether you knew it. A skipped
card comes again at the end; skipped once more it is given up.
"""
_QUESTION: Final = """
# A question

Choose with the arrow keys, a number or the mouse, and answer with `enter`; where several options may be right, tick
them with `space` or their numbers first. A skipped item comes again at the end; skipped once more it is given up.
"""
_EXPLAINED: Final = """
After the answer you see what really happened when each option was run. From there, the whole proof, a live run of
it, and a playground with the program of the option under the cursor are one key away; a number moves the cursor.
"""
_FREELY: Final = f"""
There is one attempt. A hint costs nothing but some credit for the item.
{_EXPLAINED}"""
_MODE: Final[Mapping[Mode, str]] = {
    Mode.PRACTICE: _FREELY,
    Mode.REVIEW: _FREELY,
    Mode.CHALLENGE: f"""
Each problem has three minutes, two attempts and one hint. Its clock stands still only while the session is left.
Three problems right earn bronze, four silver, and five gold, which takes no hint and no second attempt.
{_EXPLAINED}""",
    Mode.TEST: """
There is one attempt and no hint, and no answer is judged before the end. Then you can look at each of them, with what
really happened when each option was run.
""",
}
"""What is to be known of questions in a mode."""
_LEAVING: Final = """
Leave whenever you like: every answer is stored as it is given.
"""


class PlayScreen(InnerScreen):
    """Practice, challenge, test or review."""

    BINDINGS = [
        Binding("enter,n", "advance", "Next"),
        Binding("h", "hint", "Hint"),
        Binding("s", "skip", "Skip"),
        Binding("f", "flag", "Flag"),
        Binding("p", "proof", "Proof"),
        Binding("l", "live", "Run live"),
        Binding("e", "playground", "Playground"),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    def __init__(self, study: Study, title: str) -> None:
        super().__init__()
        self._study, self._title = study, title
        self._shown: ItemView | CardView | None = None
        self._shown_entry = ""
        self._showing = asyncio.Lock()
        """Keys, the mouse and the clock of a challenge may all ask for another picture at the same moment."""

    @property
    def help_text(self) -> str:
        """What is true of this mode, and of what is asked."""
        turn, mode = self._turn, self._study.session.started.mode
        is_card = turn is not None and isinstance(turn.entry, ServedCard)
        return (_CARD if is_card else _QUESTION + _MODE[mode]) + _LEAVING

    def body(self) -> ComposeResult:
        yield VerticalScroll(id="page", can_focus=False)

    def keep(self) -> None:
        """Commit the time that was used; what was answered is committed already."""
        with suppress(HistoryError):  # There is nobody left to tell.
            self._study.leave()

    async def on_mount(self) -> None:
        """Show where the session stands."""
        await self._refresh_turn()
        if self._study.session.rules.seconds is not None:
            self.set_interval(1, self.tick)

    @property
    def _turn(self) -> Turn | None:
        return self._study.session.turn

    async def _refresh_turn(self) -> None:
        """Show the session as it is now."""
        async with self._showing:
            await self._show_turn()

    async def _show_turn(self) -> None:
        session = self._study.session
        turn = session.turn
        if turn is None:
            self._finish()
            return
        if turn.entry.id != self._shown_entry:
            page = self.query_one("#page", VerticalScroll)
            await page.remove_children()
            self._shown, self._shown_entry = view(turn), turn.entry.id
            await page.mount(self._shown)
            page.scroll_home(animate=False)
            self._focus()
        assert self._shown is not None
        self._shown.show(turn, is_explained=session.is_explained(turn), again=again_said(turn, session.attempts_left))
        self._show_top()
        self.refresh_bindings()

    def _focus(self) -> None:
        shown = self._shown
        (shown.query_one(Choices) if isinstance(shown, ItemView) else shown or self).focus()

    def _show_top(self) -> None:
        session, turn = self._study.session, self._turn
        assert turn is not None
        level = turn.entry.difficulty.value if turn.entry.difficulty else "flip card"
        self.top.where = f"{MODES[session.started.mode].title} · {self._title}"
        number = session.turns.index(turn) + 1
        flag = "⚑ " if turn.is_flagged else ""
        self.top.progress = f"{flag}{self._time_left()}{level}  {number} of {len(session.turns)}"

    def _time_left(self) -> str:
        deadline = self._study.session.deadline
        if deadline is None:
            return ""
        left = max(0, round(deadline - self.desk.clock()))
        return f"{left // 60}:{left % 60:02}  "

    async def tick(self) -> None:
        """Let the clock of a challenge run."""
        if self._study.session.deadline is not None and self.is_active:
            await self._take(self._study.expire)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what makes sense now."""
        turn, session = self._turn, self._study.session
        if turn is None:
            return action in {"leave", "help"}
        if action == "advance":
            return turn.is_settled
        if action in {"hint", "skip"}:
            return not turn.is_settled and (action == "skip" or session.hints_left > 0)
        if action in {"proof", "live", "playground"}:
            return isinstance(turn.entry, ServedItem) and session.is_explained(turn)
        return super().check_action(action, parameters)

    async def _take(self, step: Callable[[], None]) -> None:
        """Have the study take a step, and show what it says then; what it does not allow or cannot keep is told."""
        try:
            step()
        except NotAllowedError as error:
            self.notify(str(error), severity="warning", markup=False)
        except HistoryError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            await self._refresh_turn()

    async def on_chosen(self, event: Chosen) -> None:
        """Give the response to the study."""
        await self._take(lambda: self._respond(event.options))

    def _respond(self, options: tuple[str, ...]) -> None:
        self._study.respond(options)
        session, turn = self._study.session, self._turn
        assert turn is not None
        if turn.is_settled and (isinstance(turn.entry, ServedCard) or not session.is_explained(turn)):
            self._study.advance()  # A card has said all it has to say; a test says it at the end.

    async def action_advance(self) -> None:
        """Go on to the next entry."""
        await self._take(self._study.advance)

    async def action_hint(self) -> None:
        """Open the next hint."""
        await self._take(self._study.hint)
        self.query_one("#page", VerticalScroll).scroll_end(animate=False)

    async def action_skip(self) -> None:
        """Put the entry off; where no other is left to be asked first, say so."""
        before = self._turn
        await self._take(self._study.skip)
        if before is not None and (now := self._turn) is not None and now.entry.id == before.entry.id:
            self.notify("Nothing else is left to be asked first. Skip again to give this one up.")

    async def action_flag(self) -> None:
        """Mark the entry, or take its mark off."""
        if (turn := self._turn) is not None:
            await self._take(lambda: self._study.flag(turn.entry.id))

    def action_proof(self) -> None:
        """Show the whole proof of the item."""
        self.app.push_screen(ProofScreen(self._item.item))

    def action_live(self) -> None:
        """Run the proof again and compare."""
        self.app.push_screen(ProofScreen(self._item.item, runs_at_once=True))

    def action_playground(self) -> None:
        """Open the program of the option under the cursor, or of the first where it is under none."""
        assert self._turn is not None
        option = self._turn.options[self.query_one(Choices).cursor or 0]
        self.app.push_screen(PlaygroundScreen(self._item, option))

    @property
    def _item(self) -> ServedItem:
        assert self._turn is not None and isinstance(self._turn.entry, ServedItem)
        return self._turn.entry

    def _finish(self) -> None:
        if self.is_active:
            self.app.switch_screen(ResultScreen(self._study, self._title))

    def on_screen_resume(self) -> None:
        """Go to the result, should the session have ended while something stood before it."""
        if self._study.session.is_finished:
            self._finish()

"""The experiment: problem, task and contract, hints, one's own solution, a live run, and what it means.

Invariant: every figure shown is of a run that was made, here or where the record says. What the learner writes is
kept while it is written; the file it is kept in is written only when something was changed here.
"""

import asyncio
from pathlib import Path
from typing import Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane, Tabs, TextArea

from quizkit.errors import QuizkitError
from quizkit.model.experiment import REFERENCE, solution_name
from quizkit.model.record import RunRecord, SeriesEvent
from quizkit.model.text import count
from quizkit.tui.screens.base import InnerScreen
from quizkit.tui.training import Task, Training
from quizkit.tui.widgets.code import CodeBlock, code
from quizkit.tui.widgets.conclusion import conclusion, problem
from quizkit.tui.widgets.editor import editor
from quizkit.tui.widgets.prose import Prose
from quizkit.tui.widgets.runview import RunView
from quizkit.tui.widgets.text import joined

_PAUSE: Final = 1.0
"""After so many seconds without a key, what was written is kept."""


class ExperimentScreen(InnerScreen):
    """Write the solution, run it, and keep the contract."""

    HELP = """
# The experiment

Numbers go to a tab. Read the task, open hints one by one with `ctrl+n`, write your solution under **Yours** (`tab`
goes into the editor, `esc` out of it) and check it with `ctrl+r`;
`f5` runs the reference instead, and `f6` the bonus. A run is live: loss, accuracies and the time left, and `ctrl+x`
stops it. The epochs it has finished by then are kept, and the same run goes on from there. Afterwards the contract
says, clause by clause, what was measured; until the next run, **Result** shows your last one.
"""
    BINDINGS = [
        Binding("ctrl+r", "check", "Check", priority=True),
        Binding("f5", "reference", "Run reference", priority=True),
        Binding("f6", "bonus", "Run bonus", priority=True),
        Binding("ctrl+x", "stop", "Stop", priority=True),
        Binding("ctrl+n", "hint", "Hint", priority=True),
        Binding("escape", "leave", "Back", key_display="esc", priority=True),
        Binding("f1", "app.help", "Help", priority=True),
        *(Binding(str(n), f"tab('{tab}')", tab, show=False) for n, tab in enumerate(
            ("task", "hints", "yours", "solution", "run", "result"), 1)),
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("space,pagedown", "page(1)", "Next page", show=False),
        Binding("b,pageup", "page(-1)", "Page before", show=False),
    ]  # fmt: skip

    def __init__(self, pattern: str, title: str) -> None:
        super().__init__()
        self._pattern, self._title = pattern, title
        self._experiment: Task | None = None
        self._training = Training()
        self._hints, self._is_running, self._has_result = 0, False, False
        self._editor = editor("")
        self._kept = ""
        """What the editor held when the file was read or written last."""
        self._pause: Timer | None = None
        self._is_warned = False

    def body(self) -> ComposeResult:
        with TabbedContent(initial="task"):
            with TabPane("1 Task", id="task"), VerticalScroll():
                yield Prose("Reading …", name="problem")
            with TabPane("2 Hints", id="hints"), VerticalScroll():
                yield Prose("Reading …", name="hint")
            with TabPane("3 Yours", id="yours"):
                yield self._editor
            with TabPane("4 Solution", id="solution"), VerticalScroll():
                yield CodeBlock(Content(""), classes="reference")
            with TabPane("5 Run", id="run"):
                yield RunView()
            with TabPane("6 Result", id="result"), VerticalScroll():
                yield Static("", id="contract")
                yield Prose(name="meaning")

    def on_mount(self) -> None:
        """Read the experiment beside the screen."""
        self.top.where = f"Experiment · {self._title}"
        self.read()

    def keep(self) -> None:
        """Keep one's own solution, however the screen is left."""
        self._keep()

    def stop(self) -> None:
        """Stop the run."""
        self._training.close()

    async def on_unmount(self) -> None:
        """Leave nothing running."""
        await asyncio.to_thread(self.stop)

    @work(thread=True)
    def read(self) -> None:
        """Ask the desk for the experiment."""
        try:
            found = self.desk.task(self._pattern)
        except QuizkitError as error:
            self.app.call_from_thread(self.query_one("#problem", Prose).update, str(error))
        else:
            self.app.call_from_thread(self.show, found)
            self.app.call_from_thread(self.show_last, found, self.desk.last_run(self._pattern))

    def show(self, found: Task) -> None:
        """Show the experiment."""
        self._show_own(found)
        self._experiment = found
        self.query_one("#problem", Prose).update(problem(found))
        self._show_hints(found)
        self.query_one(".reference", CodeBlock).update(code(found.reference))
        self.refresh_bindings()

    def show_last(self, found: Task, record: RunRecord | None) -> None:
        """Show the last run on record, unless one was made here meanwhile."""
        if self._has_result:
            return
        if record is None:
            self.query_one("#contract", Static).update("Nothing has been run yet.")
        else:
            when = f"{record.head.started.astimezone():%Y-%m-%d %H:%M}"
            self._show_result(found, record, Content.styled(f"Your last run, of {when}", "bold $primary"))

    def _show_own(self, found: Task) -> None:
        """Show the learner's own solution; one that cannot be read is not to be written over."""
        try:
            self._editor.text = found.own()
        except QuizkitError as error:
            self._editor.read_only = True
            self.notify(str(error), severity="error", markup=False)
        self._kept = self._editor.text

    def on_tabbed_content_tab_activated(self) -> None:
        """Offer what makes sense on this tab, once it is drawn."""
        self.call_after_refresh(self.refresh_bindings)

    def on_text_area_changed(self) -> None:
        """Keep what is written at the next pause."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(_PAUSE, self._keep)

    def _keep(self, *, is_to_run: bool = False) -> bool:
        """Keep what was changed here, and what is to run if there is no file yet; say whether that succeeded."""
        wanted, text = self._experiment, self._editor.text
        if wanted is None:
            return True
        try:
            if text != self._kept or (is_to_run and not wanted.own_file.exists()):
                wanted.keep(text)
        except (QuizkitError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return False
        self._kept = text
        return True

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop what runs, and to run what does not."""
        if action in {"check", "reference", "bonus", "stop"}:
            return self._experiment is not None and self._is_running == (action == "stop")
        if action == "hint":
            return self._experiment is not None and self._hints < len(self._experiment.experiment.hints)
        if action == "tab":
            return not isinstance(self.focused, TextArea)
        return super().check_action(action, parameters)

    def action_tab(self, name: str) -> None:
        """Go to a tab, and out of the editor, so that keys scroll what the tab shows."""
        self.query_one(TabbedContent).active = name
        self.query_one(Tabs).focus()
        self.call_after_refresh(self._focus_page)

    def _focus_page(self) -> None:
        if (page := self.page) is not None:
            page.focus(scroll_visible=False)

    @property
    def page(self) -> Widget | None:
        """What the tab scrolls, if anything."""
        pane = self.query_one(TabbedContent).active_pane
        return next(iter(pane.query(VerticalScroll)), None) if pane is not None else None

    def action_hint(self) -> None:
        """Open the next hint."""
        assert self._experiment is not None
        self._hints += 1
        self._show_hints(self._experiment)
        self.action_tab("hints")
        self.refresh_bindings()

    def _show_hints(self, found: Task) -> None:
        """Show the hints that are open, how many there are, and by which key the next is opened."""
        every = found.experiment.hints
        shown = "\n".join(f"{n}. {found.told(text)}" for n, text in enumerate(every[: self._hints], 1))
        key = "; `ctrl+n` opens the next" if self._hints < len(every) else ""
        told = f"{self._hints} of {count(len(every), 'hint')} open{key}."
        self.query_one("#hint", Prose).update(f"{shown}\n\n{told}" if shown else told)

    def action_check(self) -> None:
        """Put the learner's own solution through the contract."""
        assert self._experiment is not None
        if self._keep(is_to_run=True):
            self.train(self._experiment, self._experiment.own_file)

    def action_reference(self) -> None:
        """Run the reference solution."""
        assert self._experiment is not None
        self.train(self._experiment, REFERENCE)

    def action_bonus(self) -> None:
        """Run the solution of the bonus, to be set beside the reference."""
        assert self._experiment is not None
        self.train(self._experiment, solution_name(self._experiment.experiment.bonus.solution))

    def action_stop(self) -> None:
        """Stop the run."""
        self._training.stop()
        self.query_one(RunView).say("Stopping …")

    def action_leave(self) -> None:
        """Leave the editor first. Then keep what it holds, stop what runs, and go; unkept, only the second time."""
        if isinstance(self.focused, TextArea):
            self.query_one(Tabs).focus()
            return
        is_kept = self._keep()
        if is_kept or self._is_warned:
            self._go()
        self._is_warned = not is_kept

    @work(exclusive=True, group="leaving")
    async def _go(self) -> None:
        """Go back once nothing runs any more; the children of a run take a moment to end."""
        if self._is_running:
            self.action_stop()
        await asyncio.to_thread(self.stop)
        if self in self.app.screen_stack:  # Help may have been opened meanwhile, or the app be left.
            self.pop_until_active()
            super().action_leave()

    @work(exclusive=True, group="training")
    async def train(self, wanted: Task, program: str | Path) -> None:
        """Run, and show what comes of it."""
        self._set_running(True)
        view = self.query_one(RunView)
        view.begin("your solution" if isinstance(program, Path) else f"the solution `{program}`")
        self.action_tab("run")
        try:
            record = await self.desk.train(self._training, wanted, program, self._tell)
        except QuizkitError as error:
            view.say(str(error))
        else:
            self._conclude(wanted, record)
        finally:
            self._set_running(False)

    def _tell(self, event: SeriesEvent) -> None:
        """Hand an event to the screen. Called from the thread of the run."""
        self.app.call_from_thread(self.query_one(RunView).take, event)

    def _conclude(self, wanted: Task, record: RunRecord | None) -> None:
        if record is None:
            self.query_one(RunView).say_stopped()
            return
        self._show_result(wanted, record)
        self.action_tab("result")

    def _show_result(self, wanted: Task, record: RunRecord, head: Content | None = None) -> None:
        self._has_result = True
        table, meaning = conclusion(wanted, record)
        self.query_one("#contract", Static).update(joined([head, table]))
        self.query_one("#meaning", Prose).update(meaning)

    def _set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        if not is_running:
            self.query_one(RunView).end()
        self.refresh_bindings()

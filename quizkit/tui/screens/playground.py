"""The playground: an option's program in an editor; predict, run, and see what happens.

Invariant: nothing runs here but in the sandbox, and the prediction is written down before the evidence is seen.
"""

from typing import Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, TextArea

from quizkit.errors import QuizkitError, UsageError
from quizkit.model.evidence import Evidence
from quizkit.model.probe import Probe
from quizkit.model.served import ServedItem
from quizkit.model.text import one_line
from quizkit.report.layout import Page
from quizkit.tui.prediction import agreement, is_comparable
from quizkit.tui.screens.live import LiveScreen
from quizkit.tui.sheet import Sheet
from quizkit.tui.widgets.code import code
from quizkit.tui.widgets.editor import editor
from quizkit.tui.widgets.hanging import Hanging
from quizkit.tui.widgets.running import evidence_text
from quizkit.tui.widgets.text import joined

_EDITED: Final = "As you left it; ctrl+o brings the original back."


class PlaygroundScreen(LiveScreen):
    """An editor with the sandbox behind it."""

    HELP = """
# Playground

The program of the option, whole: what is set up, what is given, the option, what comes after, each below a line
`# ── name ──` that you should keep. Change what you like.

First **predict**: a shape such as `(2, 10)` or `2x10`, the exact name of an error, a value, or names with commas,
such as `fc.weight, fc.bias` for what will be trainable. `enter` there, or `ctrl+r` anywhere, runs the program in the
sandbox, compares what it gave with your prediction, and shows what is different from the proved evidence. `ctrl+x`
stops it. What you changed is still there when you come back, until the app ends; `ctrl+o` brings the original back.
"""
    BINDINGS = [
        Binding("ctrl+r,f5", "run", "Run", priority=True),
        Binding("ctrl+o", "original", "Original", priority=True),
        Binding("escape", "leave", "Back", key_display="esc", priority=True),
        Binding("f1", "app.help", "Help", priority=True),
    ]

    def __init__(self, item: ServedItem, option: str) -> None:
        super().__init__()
        self._item, self._option = item, option
        self._sheet: Sheet | None = None

    def body(self) -> ComposeResult:
        yield editor("")
        yield Input(
            placeholder="Predict first: a shape, an error, what is trainable. Enter runs it.", id="prediction"
        )
        with VerticalScroll(id="outcome"):
            yield Hanging(Content("Nothing has been run yet."), name="told")

    def on_mount(self) -> None:
        """Read the option's program beside the screen; warm the sandbox up meanwhile."""
        self.top.where = f"Playground · {self._item.item} · {self._option}"
        self.query_one("#prediction").focus()
        self.read()

    @work(thread=True)
    def read(self) -> None:
        """Ask the desk for the option's program."""
        sheet = self.desk.sheet(self._item, self._option)
        self.app.call_from_thread(self.show, sheet)

    def show(self, sheet: Sheet) -> None:
        """Show the program."""
        self._sheet = sheet
        program = self.query_one(TextArea)
        draft = self.desk.drafts.get(self._draft)
        program.text = sheet.text if draft is None else draft
        program.move_cursor((sheet.asked_line, 0), center=True)
        edited = None if draft is None else Content.styled(_EDITED, "$careful")
        self.say(joined([edited, _asked(sheet.probe(sheet.text))]))
        self.desk.warm_up()

    @property
    def _draft(self) -> tuple[str, str]:
        return self._item.id, self._option

    def on_text_area_changed(self) -> None:
        """Keep what was changed, for as long as the app is open."""
        if self._sheet is None:
            return
        text = self.query_one(TextArea).text
        if text == self._sheet.text:
            self.desk.drafts.pop(self._draft, None)
        else:
            self.desk.drafts[self._draft] = text

    def on_input_submitted(self) -> None:
        """Run, once something is predicted."""
        if not self.is_live:
            self.action_run()

    def action_original(self) -> None:
        """Bring the proved program back."""
        if self._sheet is not None:
            self.query_one(TextArea).text = self._sheet.text

    def action_run(self) -> None:
        """Run what the editor holds."""
        if self._sheet is not None:
            self.set_live(True)
            self.say(Content("Running in the sandbox …"))
            self.run_program(self._sheet, self.query_one(TextArea).text, self.query_one("#prediction", Input).value)

    @work(exclusive=True, group="live")
    async def run_program(self, sheet: Sheet, text: str, prediction: str) -> None:
        """Wait for the evidence and show it."""
        try:
            evidence = await self.desk.run(sheet.probe(text))
        except QuizkitError as error:
            self.say(Content.styled(f"It did not end: {error}", "$careful"))
            if isinstance(error, UsageError):
                self.notify(str(error), severity="warning", timeout=20, markup=False)
        else:
            self.say(self._outcome(sheet, evidence, prediction))
        finally:
            self.set_live(False)

    def say(self, what: Content) -> None:
        """Show what came of a run, or that it goes on."""
        self.query_one("#told", Hanging).show(what)

    def _outcome(self, sheet: Sheet, evidence: Evidence, prediction: str) -> Content:
        page = Page(max(40, self.size.width - 6))
        return joined(
            [
                _predicted(prediction, evidence),
                evidence_text(evidence, page),
                Content(""),
                _compared(sheet, evidence, page),
            ]
        )


def _asked(probe: Probe) -> Content:
    """Return what is looked at after the run, for one to predict."""
    asked = [*probe.expectations.items(), ("claim", probe.claim), ("observe", probe.observe)]
    named = [Content.assemble((f"  {name}: ", "$quiet"), code(source)) for name, source in asked if source]
    head = "After the run this is looked at:" if named else "After the run it is looked at what was printed."
    return joined([Content.styled(head, "$quiet"), *named])


def _predicted(prediction: str, evidence: Evidence) -> Content | None:
    if not prediction.strip():
        return None
    if not is_comparable(prediction):
        said = "Not compared: write a shape such as (2, 10), the name of an error, a value, or names with commas."
        outcome = Content.styled(said, "$careful")
    elif (found := agreement(prediction, evidence)) is not None:
        outcome = Content.assemble(("✓ As you said: ", "$good"), f"{found.what} gave {found.got}")
    else:
        outcome = Content.styled("✗ Nothing that was recorded is that; see below what is.", "$bad")
    return joined([Content.assemble(("You predicted ", "bold"), one_line(prediction.strip())), outcome])


def _compared(sheet: Sheet, evidence: Evidence, page: Page) -> Content:
    if sheet.proved is None:
        return Content.styled("There is no recorded evidence to compare with.", "$quiet")
    if sheet.agrees(evidence):
        return Content.styled("✓ The same as the proved evidence.", "$good")
    return joined(
        [
            Content.styled("Different from the proved evidence, which is:", "$careful"),
            evidence_text(sheet.proved, page),
        ]
    )

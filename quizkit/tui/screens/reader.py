"""Reading a section of the lesson, its figures measured; with what a recorded run shows, where the mode has that.

Invariant: every figure on the page is a proved fact or read from a run's record, and the record says whose it is.
"""

from collections.abc import Iterator

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from quizkit.errors import QuizkitError
from quizkit.model.lesson import Section
from quizkit.model.mode import MODES, Mode
from quizkit.model.record import RunRecord
from quizkit.model.run_event import DataLoaded, ModelDescribed, Predicted
from quizkit.tui.screens.base import InnerScreen
from quizkit.tui.widgets.curves import Curves
from quizkit.tui.widgets.heatmap import Confusion
from quizkit.tui.widgets.layers import layer_flow
from quizkit.tui.widgets.predictions import prediction_trace
from quizkit.tui.widgets.prose import Prose
from quizkit.tui.widgets.records import provenance, scores


class ReaderScreen(InnerScreen):
    """Learn, why, deep dive, visualise or metrics."""

    HELP = """
# Reading

Scroll with the arrow keys, `space` for a page, `home` and `end`. Figures in the text are facts that were measured
by running a program; one that is not proved in this environment says so instead.
"""
    BINDINGS = [
        Binding("down,j", "scroll(1)", "Down", show=False),
        Binding("up,k", "scroll(-1)", "Up", show=False),
        Binding("space,pagedown", "page(1)", "Next page"),
        Binding("b,pageup", "page(-1)", "Page before", show=False),
        Binding("home,g", "end(False)", "Top", show=False),
        Binding("end,G", "end(True)", "End", show=False),
    ]

    def __init__(self, pattern: str, mode: Mode, title: str) -> None:
        super().__init__()
        self._pattern, self._mode, self._title = pattern, mode, title

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page"):
            yield Static("Reading …", id="waiting")

    def on_mount(self) -> None:
        """Read the section beside the screen."""
        self.top.where = f"{MODES[self._mode].title} · {self._title}"
        self.query_one("#page").focus()
        self.read()

    @work(thread=True)
    def read(self) -> None:
        """Ask the desk for the section and the record."""
        try:
            section = self.desk.section(self._pattern, self._mode)
            record = self.desk.record(self._pattern) if self._mode in (Mode.VISUALISE, Mode.METRICS) else None
        except QuizkitError as error:
            self.app.call_from_thread(self.fail, str(error))
        else:
            self.app.call_from_thread(self.show, section, record)

    def fail(self, why: str) -> None:
        """Say why there is nothing to read."""
        self.query_one("#waiting", Static).update(Content.styled(why, "$careful"))

    def show(self, section: Section | None, record: RunRecord | None) -> None:
        """Show what there is to read."""
        page = self.query_one("#page", VerticalScroll)
        page.query_one("#waiting").remove()
        if section is None:
            page.mount(Static(Content.styled("The lesson of this pattern has no such section yet.", "$careful")))
        else:
            page.mount(Prose(f"# {section.title}\n\n{section.body}"))
        page.mount(*self._shown(record))

    def _shown(self, record: RunRecord | None) -> Iterator[Widget]:
        if self._mode is Mode.VISUALISE:
            yield from _visualised(record)
        elif self._mode is Mode.METRICS:
            yield from _measured(record)

    def action_end(self, is_end: bool) -> None:
        """Go to the top or to the end."""
        page = self.query_one("#page")
        page.scroll_end(animate=False) if is_end else page.scroll_home(animate=False)


_NO_RECORD = "There is no recorded run to look at yet; the experiment makes one."


def _visualised(record: RunRecord | None) -> Iterator[Widget]:
    if record is None:
        yield Static(Content.styled(_NO_RECORD, "$careful"))
        return
    described, predicted, data = record.last(ModelDescribed), record.last(Predicted), record.last(DataLoaded)
    if described is not None:
        yield Static("Data on its way through the layers", classes="heading")
        yield Static(layer_flow(described), classes="table")
    if record.epochs:
        yield Static("Training", classes="heading")
        yield Curves(record.epochs)
    if predicted is not None and data is not None and predicted.trace:
        yield Static("Single predictions", classes="heading")
        yield Static(prediction_trace(predicted.trace, data.classes), classes="table")
    yield Static(provenance(record), classes="where")


def _measured(record: RunRecord | None) -> Iterator[Widget]:
    predicted, data = (record.last(Predicted), record.last(DataLoaded)) if record is not None else (None, None)
    if record is None or predicted is None or data is None:
        yield Static(Content.styled(_NO_RECORD, "$careful"))
        return
    yield Static("Confusion matrix: rows are true classes, columns predicted ones", classes="heading")
    yield Confusion(predicted.confusion, data.classes)
    yield Static("Precision and recall of each class", classes="heading")
    yield Static(scores(predicted), classes="table")
    yield Static(provenance(record), classes="where")

"""A run as it goes: how far it is, time left, loss and accuracy live. Events in; nothing out."""

import time

from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import ProgressBar, Static

from quizkit.model.record import SeriesEvent, percent
from quizkit.model.run_event import (
    BackboneLoaded,
    DataLoaded,
    EpochFinished,
    Evaluated,
    PathChosen,
    RunFailed,
)
from quizkit.model.text import one_line
from quizkit.report.progress import Pace
from quizkit.report.run_pace import Pacer
from quizkit.tui.widgets.curves import Curves


class RunView(VerticalGroup):
    """Progress, plots, and a line for each thing that was told."""

    def compose(self) -> ComposeResult:
        yield Static("ctrl+r checks your own solution, f5 runs the reference, f6 the bonus.", id="stage")
        yield ProgressBar(show_percentage=True, show_eta=True)
        yield Curves()
        yield Static("", id="log")

    def on_mount(self) -> None:
        """Nothing runs yet."""
        self.end()

    def begin(self, what: str) -> None:
        """Begin with a new run."""
        self._lines: list[str] = []
        self._epoch = 0
        self._pacer, self._begun = Pacer(), time.monotonic()
        self.query_one(Curves).clear()
        self.query_one("#log", Static).update("")
        bar = self.query_one(ProgressBar)
        bar.update(total=None, progress=0)
        bar.display = True
        self.say(f"Starting {what}: the training process loads torch first …")

    def end(self) -> None:
        """Show no progress any more, for there is none."""
        self.query_one(ProgressBar).display = False

    def say(self, what: str) -> None:
        """Say what goes on."""
        self.query_one("#stage", Static).update(Content(what))

    def say_stopped(self) -> None:
        """Say that the run was stopped, and what the same run goes on with."""
        if self._epoch:
            self.say(f"Stopped after epoch {self._epoch}. The same run goes on from there.")
        else:
            self.say("Stopped before an epoch was finished; only finished ones are kept.")

    def take(self, event: SeriesEvent) -> None:
        """Show an event."""
        self._show(self._pacer.pace(event))
        match event:
            case EpochFinished():
                self._epoch = event.epoch
                self.query_one(Curves).add(event)
                self._log(
                    f"epoch {event.epoch}/{event.epochs}: loss {event.train_loss:.4f}, training "
                    f"{percent(event.train_accuracy)}, validation {percent(event.validation_accuracy)}"
                )
            case DataLoaded():
                images = f"{event.train_images:,} training and {event.validation_images:,} validation images"
                self._log(f"{event.name}: {images}")
            case BackboneLoaded():
                self._log(f"{event.name}: {event.parameters:,} parameters, {event.features} features")
            case PathChosen():
                self._log(f"{event.path}: {event.why}")
            case Evaluated():
                self._log(f"{event.when} training: validation accuracy {percent(event.validation_accuracy)}")
            case RunFailed():
                self._log(event.what)

    def _show(self, pace: Pace) -> None:
        self.query_one(ProgressBar).update(total=pace.total, progress=pace.done)
        seconds = time.monotonic() - self._begun
        since = f"; {seconds:.0f} s so far" if seconds >= 1 else " …"
        self.say(f"{pace.said[:1].upper()}{pace.said[1:]}{since}")

    def _log(self, line: str) -> None:
        self._lines = [*self._lines, one_line(line)][-8:]
        self.query_one("#log", Static).update(Content("\n".join(self._lines)))

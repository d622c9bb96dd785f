"""Loss and accuracy over the epochs of a run. The plotting library is loaded with the first plot, not before.

Invariant: what is plotted is what the run told; there is no smoothing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.app import ComposeResult
from textual.color import Color
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.widgets import Static

from quizkit.model.run_event import EpochFinished

if TYPE_CHECKING:
    from textual_plotext import PlotextPlot


class Line(NamedTuple):
    """How a curve is drawn: told apart without colour, too."""

    name: str
    """What it is of."""
    colour: str
    """A variable of the theme."""
    marker: str
    """What the plotting library draws it with."""
    sample: str
    """A piece of it, for the legend."""


_TRAINING: Final = Line("training", "careful", "braille", "⠒⠒")
_VALIDATION: Final = Line("validation", "primary", "dot", "••")


class Curves(VerticalGroup):
    """Two plots side by side, below what their lines are."""

    def __init__(self, epochs: Sequence[EpochFinished] = ()) -> None:
        super().__init__()
        self._epochs = tuple(epochs)

    def compose(self) -> ComposeResult:
        from textual_plotext import PlotextPlot

        legend = ((f"{line.sample} {line.name}", f"${line.colour}") for line in (_TRAINING, _VALIDATION))
        yield Static(Content("    ").join(Content.styled(*each) for each in legend))
        yield HorizontalGroup(PlotextPlot(id="loss"), PlotextPlot(id="accuracy"))

    def on_mount(self) -> None:
        """Draw what there is, and again when the theme changes."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self.draw())
        self.draw()

    def clear(self) -> None:
        """Begin anew."""
        self._epochs = ()
        self.draw()

    def add(self, epoch: EpochFinished) -> None:
        """Draw one more epoch."""
        self._epochs = (*(each for each in self._epochs if each.epoch != epoch.epoch), epoch)
        self.draw()

    def draw(self) -> None:
        """Draw both plots."""
        self._plot("#loss", "loss", [e.train_loss for e in self._epochs], [e.validation_loss for e in self._epochs])
        self._plot(
            "#accuracy",
            "accuracy in %",
            [100 * epoch.train_accuracy for epoch in self._epochs],
            [100 * epoch.validation_accuracy for epoch in self._epochs],
        )

    def _plot(self, which: str, title: str, train: Sequence[float], validation: Sequence[float]) -> None:
        colours = self.app.theme_variables
        plot: PlotextPlot = self.query_one(which)  # type: ignore[assignment]
        plt = plot.plt
        plt.clear_figure()
        plt.title(title)
        plt.xlabel("epoch")
        numbers = [float(epoch.epoch) for epoch in self._epochs]
        if numbers:
            plt.xticks(numbers, [str(epoch.epoch) for epoch in self._epochs])
        for line, values in ((_TRAINING, train), (_VALIDATION, validation)):
            if values:
                ink = Color.parse(colours[line.colour]).rgb
                plt.plot(numbers, list(values), marker=line.marker, color=ink)
        plot.refresh()

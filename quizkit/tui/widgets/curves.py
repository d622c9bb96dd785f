"""Loss and accuracy over the epochs of a run. The plotting library is loaded with the first plot, not before.

Invariant: what is plotted is what the run told; there is no smoothing.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.color import Color
from textual.containers import HorizontalGroup

from quizkit.model.run_event import EpochFinished

if TYPE_CHECKING:
    from textual_plotext import PlotextPlot

_MARKER = "braille"


class Curves(HorizontalGroup):
    """Two plots side by side."""

    def __init__(self, epochs: Sequence[EpochFinished] = ()) -> None:
        super().__init__()
        self._epochs = tuple(epochs)

    def compose(self) -> ComposeResult:
        from textual_plotext import PlotextPlot

        yield PlotextPlot(id="loss")
        yield PlotextPlot(id="accuracy")

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
        for label, values, colour in (("training", train, "careful"), ("validation", validation, "primary")):
            if values:
                ink = Color.parse(colours[colour]).rgb
                plt.plot(numbers, list(values), label=label, marker=_MARKER, color=ink)
        plot.refresh()

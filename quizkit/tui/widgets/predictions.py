"""Single predictions of a recorded run: the true class, the predicted one, and how sure the network was."""

from collections.abc import Iterator, Sequence

from textual.content import Content

from quizkit.model.run_event import Prediction
from quizkit.model.text import one_line
from quizkit.tui.widgets.meter import meter

_SHOWN = 3
"""Classes shown of each prediction, the likeliest first."""


def prediction_trace(trace: Sequence[Prediction], classes: Sequence[str]) -> Content:
    """Return each prediction with its likeliest classes."""
    return Content("\n").join(line for prediction in trace for line in _lines(prediction, classes))


def _lines(prediction: Prediction, classes: Sequence[str]) -> Iterator[Content]:
    is_right = prediction.true == prediction.predicted
    sign = ("✓ ", "$good") if is_right else ("✗ ", "$bad")
    said = f"image {prediction.index}: {one_line(prediction.true)}"
    yield Content.assemble(sign, said, "" if is_right else f", taken for {one_line(prediction.predicted)}")
    ranked = sorted(zip(prediction.probabilities, classes, strict=False), reverse=True)[:_SHOWN]
    for probability, name in ranked:
        yield Content.assemble("    ", meter(probability, 20), f" {probability:6.1%}  {one_line(name)}")

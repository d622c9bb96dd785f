"""How far a run is, for a line or a bar of progress; both faces count alike."""

from typing import Final

from quizkit.model.record import RunOpened
from quizkit.model.run_event import Progressed
from quizkit.report.progress import Pace

_STAGES: Final = {
    "download": "downloading",
    "features": "computing features",
    "training": "training",
    "evaluation": "measuring",
}


class Pacer:
    """Says how far a run is: in training of all its epochs, while it measures as far as it was before."""

    def __init__(self) -> None:
        self._epochs, self._pace = 1, Pace("")

    def pace(self, event: RunOpened | Progressed) -> Pace:
        """Return how far it is after an event."""
        if isinstance(event, RunOpened):
            self._epochs, self._pace = event.epochs, Pace("starting torch")
            return self._pace
        said = _STAGES[event.stage]
        done, total = event.done, event.total
        if event.epoch is not None:
            said = f"epoch {event.epoch}/{self._epochs}, {said}"
            done, total = done + (event.epoch - 1) * (total or 0), total and total * self._epochs
        if event.stage == "evaluation":
            done, total = self._pace.done, self._pace.total
        if event.loss is not None:
            said += f", loss {event.loss:.4f}"
        if event.images_per_second is not None:
            said += f", {event.images_per_second:,.0f} images/s"
        self._pace = Pace(said, done, total)
        return self._pace

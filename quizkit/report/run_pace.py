"""How far a run is, for a line or a bar of progress; both faces count alike."""

from dataclasses import replace
from typing import Final

from quizkit.model.record import RunOpened, SeriesEvent
from quizkit.model.run_event import BackboneLoaded, Progressed, RunStarted
from quizkit.report.progress import Pace

_STAGES: Final = {
    "download": "downloading",
    "format": "choosing a number format",
    "features": "computing features",
    "training": "training",
    "evaluation": "measuring",
}


class Pacer:
    """Says how far a run is: in training of all its epochs, while it measures as far as it was before."""

    def __init__(self) -> None:
        self._epochs, self._pace = 1, Pace("")

    def pace(self, event: SeriesEvent) -> Pace:
        """Return how far it is after an event."""
        match event:
            case RunOpened():
                self._epochs, self._pace = event.epochs, Pace("starting torch")
            case RunStarted():
                self._pace = Pace("loading the images and the backbone")
            case BackboneLoaded():
                self._pace = Pace("trying a step")
            case Progressed():
                self._pace = self._progressed(event)
        return self._pace

    def _progressed(self, event: Progressed) -> Pace:
        said = _STAGES[event.stage]
        if event.epoch is not None:
            said = f"epoch {event.epoch}/{self._epochs}, {said}"
        if event.loss is not None:
            said += f", loss {event.loss:.4f}"
        if event.images_per_second is not None:
            said += f", {event.images_per_second:,.0f} images/s"
        if event.stage == "evaluation":
            return replace(self._pace, said=said)
        done, total = event.done, event.total
        if event.epoch is not None:
            done, total = done + (event.epoch - 1) * (total or 0), total and total * self._epochs
        return Pace(said, done, total, work=event.stage)

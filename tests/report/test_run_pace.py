"""A line or a bar of progress says what a run is at, from its beginning on."""

from sample_run import opening, training

from quizkit.model.run_event import BackboneLoaded, Progressed
from quizkit.report.run_pace import Pacer


def test_what_goes_on_before_the_first_epoch_is_said() -> None:
    pacer, (opened, started) = Pacer(), opening()
    loaded = next(event for event in training() if isinstance(event, BackboneLoaded))
    timed = Progressed(stage="format", done=34, images_per_second=20)
    told = [pacer.pace(event).said for event in (opened, started, loaded, timed)]
    assert told == [
        "starting torch",
        "loading the images and the backbone",
        "trying a step",
        "choosing a number format, 20 images/s",
    ]


def test_an_event_that_says_nothing_of_it_changes_nothing() -> None:
    pacer = Pacer()
    paces = [pacer.pace(event) for event in [*opening(), *training()]]
    assert paces[-1].said == "epoch 1/2, training, loss 0.5000, 1,000 images/s"
    assert (paces[-1].done, paces[-1].total) == (64, 2 * 1437)

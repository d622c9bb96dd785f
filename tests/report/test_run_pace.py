"""A line or a bar of progress says what a run is at, from its beginning on."""

from collections.abc import Iterator

from sample_run import opening, training

from quizkit.model.run_event import BackboneLoaded, Progressed
from quizkit.report.progress import Pace
from quizkit.report.remaining import Remaining
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


def first_features(pacer: Pacer, seed: int) -> Iterator[Pace]:
    """Yield how far a run is that computes features of a tenth of 1,800 images in a second."""
    yield from map(pacer.pace, opening(seed))
    for done in range(180, 1800, 180):
        yield pacer.pace(Progressed(stage="features", done=done, total=1800, images_per_second=180))


def test_the_rest_is_told_from_the_pace_of_this_run_and_this_stage() -> None:
    pacer, remaining = Pacer(), Remaining()

    def told(start: int, paces: Iterator[Pace]) -> list[str]:
        return [remaining.told(start + second, each.done, each.total, each.work) for second, each in enumerate(paces)]

    assert told(0, first_features(pacer, 0))[-1] == "about 10 s left"
    # Nothing of the 40 seconds in which the next run started counts.
    assert told(51, first_features(pacer, 1)) == [*[""] * 7, *["about 10 s left"] * 4]
    trained = (Progressed(stage="training", done=done, total=1800, epoch=1) for done in range(0, 1800, 20))
    assert told(62, map(pacer.pace, trained))[:6] == [""] * 6


def test_measuring_goes_on_with_the_count_of_the_training() -> None:
    pacer = Pacer()
    trained = pacer.pace(Progressed(stage="training", done=9, total=10, epoch=1))
    measured = pacer.pace(Progressed(stage="evaluation", done=1, total=3, epoch=1))
    assert (measured.done, measured.total, measured.work) == (trained.done, trained.total, trained.work)

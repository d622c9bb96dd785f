"""Beside a run stand figures of runs that may be compared with it, and none of any other."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sample_run import EXPERIMENT, LOADED, bonus, record

from quizkit.bank.run_figures import Recorded, controls, nearest, quotable, stand_in
from quizkit.bank.run_prose import NOT_MEASURED, with_runs
from quizkit.model.bank import LoadedExperiment
from quizkit.model.contract import Clause
from quizkit.model.experiment import Setting
from quizkit.model.record import RunRecord, RunRecorded, SeriesEvent
from quizkit.model.run_event import BackboneLoaded, DataLoaded
from quizkit.report.run import write_run
from quizkit.report.run_beside import Beside, accuracy_rows, notes
from quizkit.report.run_conclusion import Telling

SETTINGS = {
    name: Setting(about=name, target=target, minutes=1) for name, target in (("offline", 0.95), ("cifar10", 0.7))
}
BOTH = LOADED.model_copy(update={"experiment": EXPERIMENT.model_copy(update={"profiles": SETTINGS})})


def changed(made: RunRecord, *, days: int = 0, accuracy: float | None = None, **asked: Any) -> RunRecord:
    """Return a record of a run that was asked for otherwise, or got to another accuracy, some days later."""
    config = made.head.config.model_copy(update=asked)
    started = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(days=days)
    head = made.head.model_copy(update={"config": config, "started": started, "id": f"{made.head.id}-{days}"})
    events = [
        event.model_copy(update={"validation_accuracy": accuracy})
        if accuracy is not None and event.event == "evaluated" and event.when == "after"
        else event
        for event in made.events
    ]
    return made.model_copy(update={"head": head, "events": tuple(events)})


def on_cifar10(made: RunRecord, **asked: Any) -> RunRecord:
    return changed(made, profile="cifar10", target=0.7, **asked)


def with_other(made: RunRecord, kind: type, digest: str) -> RunRecord:
    events = (each.model_copy(update={"digest": digest}) if isinstance(each, kind) else each for each in made.events)
    return made.model_copy(update={"events": tuple(events)})


RECORDED: Recorded = {"reference": [record(), record(1)], "bonus": [bonus()]}


def test_a_run_of_another_profile_is_never_quoted() -> None:
    told = with_runs(EXPERIMENT.interpretation, quotable(BOTH, RECORDED, [on_cifar10(record())]))
    assert told == "From 12.5 % to 96.0 %."
    assert with_runs("{run:target}", quotable(BOTH, RECORDED, [on_cifar10(record())])) == "70.0 %"
    offline = with_runs(EXPERIMENT.interpretation, quotable(BOTH, RECORDED, [record()]))
    assert offline.endswith("The bonus: 96.0 %.")


@pytest.mark.parametrize(
    "other",
    [
        on_cifar10(bonus()),
        changed(bonus(), epochs=3),
        changed(bonus(), batch_size=32),
        changed(bonus(), learning_rate=0.1),
        changed(bonus(), backbone="random"),
        with_other(bonus(), DataLoaded, "other images"),
        with_other(bonus(), BackboneLoaded, "other weights"),
    ],
    ids=["profile", "epochs", "batch-size", "step-size", "backbone", "images", "weights"],
)
def test_what_was_asked_otherwise_may_not_stand_beside_it(other: RunRecord) -> None:
    assert nearest([other], record()) is None
    assert nearest([other], other) is other


def test_the_same_seed_comes_first_and_then_the_newest() -> None:
    old, new = changed(bonus(3), days=1), changed(bonus(4), days=2)
    assert nearest([new, old], record(3)) is old
    assert nearest([old, new], record()) is new and nearest([new, old], record()) is new


def test_before_any_run_the_reference_stands_in_as_a_run_without_options_is_asked_for() -> None:
    usual = changed(record(), epochs=5, accuracy=0.91)
    others = [on_cifar10(usual), changed(usual, days=1, epochs=1), changed(usual, days=2, backbone="random")]
    assert stand_in(BOTH, {"reference": [*others, usual]}) is usual
    figures = quotable(BOTH, {"reference": [*others, usual]})
    assert with_runs("{run:validation-after} of {run:target}", figures) == "91.0 % of 95.0 %"
    assert with_runs("{run:validation-after} of {run:target}", quotable(BOTH, {})) == f"{NOT_MEASURED} of 95.0 %"


def test_a_file_of_the_learners_is_no_solution_of_that_name() -> None:
    head = record().head.model_copy(update={"solution": "bonus", "solution_digest": "the learner's own"})
    mine = changed(record().model_copy(update={"head": head}), accuracy=0.5)
    figures = quotable(LOADED, RECORDED, [mine])
    assert figures[""]["validation-after"] == "50.0 %" and figures["bonus"]["validation-after"] == "96.0 %"


def test_over_seeds_the_mean_is_quoted() -> None:
    figures = quotable(LOADED, {}, [record(0), record(2)])
    assert figures[""]["validation-after"] == "97.0 % ± 1.4"


def test_a_paragraph_without_its_figure_is_left_out() -> None:
    figures = {"": {"target": "70 %"}}
    assert with_runs("To {run:target}.\n\nThe bonus: {run:bonus.target}.", figures) == "To 70 %."
    assert with_runs("The bonus: {run:bonus.target}.", figures) == f"The bonus: {NOT_MEASURED}."


class Over:
    """A series that is over."""

    def __init__(self, made: RunRecord) -> None:
        self._made = made

    def __iter__(self) -> Iterator[SeriesEvent]:
        yield RunRecorded(record=self._made)

    def close(self) -> None: ...


def text(loaded: LoadedExperiment, made: RunRecord) -> str:
    """Return what is written of a run."""
    out = io.StringIO()
    write_run(Over(made), Telling(loaded), "text", out, io.StringIO())
    return out.getvalue()


def rows(*made: RunRecord, recorded: Recorded) -> dict[str, list[str]]:
    return {name: row for name, *row in accuracy_rows(made, Beside.of(BOTH, recorded, made))}


def told(*made: RunRecord, recorded: Recorded) -> str:
    return " ".join(notes(made, Beside.of(BOTH, recorded, made)))


def test_the_bonus_is_set_beside_the_reference_in_images() -> None:
    made = changed(bonus(), accuracy=0.9)
    assert rows(made, recorded=RECORDED)["the reference, recorded"] == ["99.0 %", "96.0 %"]
    said = told(made, recorded=RECORDED)
    assert "Of 20 validation images it gets 1 fewer than the recorded reference right, with the same seed." in said
    assert "the reference, recorded" not in rows(record(), recorded=RECORDED)
    assert "the reference, recorded" not in rows(on_cifar10(made), recorded=RECORDED)


def test_a_target_is_shown_with_its_control_or_says_that_there_is_none() -> None:
    random = [changed(record(seed), backbone="random", accuracy=0.7 + seed / 50) for seed in range(3)]
    recorded = {"reference": [*random, record()]}
    assert controls(recorded, record()) == random
    assert rows(record(), recorded=recorded)["random backbone, recorded"][1] == "72.0 % ± 2.0"
    assert "takes a pretrained one" in told(record(), recorded=recorded)
    # The same control on the other images says nothing, and a target near its control tells little.
    without = told(on_cifar10(record()), recorded=recorded)
    assert "No control is recorded for the profile cifar10" in without and "its target of 70.0 %" in without
    assert "--profile cifar10 --epochs 2 --backbone random" in without
    other = told(changed(record(), epochs=1, batch_size=8, data_dir="/my data"), recorded={})
    assert "--profile offline --epochs 1 --batch-size 8 --data-dir '/my data' --backbone random --seeds" in other
    assert "it tells little" in told(changed(record(), target=0.77), recorded=recorded)


def test_a_control_is_held_to_no_target() -> None:
    control = changed(record(), backbone="random", clauses=(Clause.BACKBONE_BUFFERS,))
    assert "target" not in rows(control, recorded=RECORDED)
    assert told(control, recorded=RECORDED).startswith("This is a control")


def test_what_the_source_claims_of_other_images_is_named_as_such() -> None:
    assert "claimed after" in rows(record(), recorded={})
    assert "claimed after, of offline" in rows(on_cifar10(record()), recorded={})


def test_a_solution_that_breaks_what_it_is_meant_to_says_so() -> None:
    meant = EXPERIMENT.solutions[1].model_copy(update={"breaks": (Clause.BACKBONE_BUFFERS,)})
    experiment = EXPERIMENT.model_copy(update={"solutions": (EXPERIMENT.solutions[0], meant)})
    loaded = LOADED.model_copy(update={"experiment": experiment})
    broken = bonus().model_copy(update={"events": record(is_broken=True).events})
    assert "The contract is broken, as this solution is meant to: backbone-buffers." in text(loaded, broken)
    assert "The contract is broken: backbone-buffers." in text(loaded, record(is_broken=True))


def test_what_is_next_depends_on_whose_solution_it_was_and_on_the_profile() -> None:
    own = record().head.model_copy(update={"solution": "mine", "solution_digest": "the learner's own"})
    mine, broken = (each.model_copy(update={"head": own}) for each in (record(), record(is_broken=True)))
    assert "    quizkit run p --solution bonus\n" in text(BOTH, mine)
    assert "hints, opened one by one" in text(BOTH, broken) and "--solution bonus" not in text(BOTH, broken)
    assert "    quizkit run p --profile cifar10 --solution bonus\n" in text(BOTH, on_cifar10(record()))
    control = changed(record(), backbone="random", clauses=(Clause.BACKBONE_BUFFERS,))
    assert "the same with the pretrained backbone:\n    quizkit run p\n" in text(BOTH, control)

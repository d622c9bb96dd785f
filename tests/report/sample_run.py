"""A run as it might be told, with foreign text that would drive a terminal or a CI log."""

from datetime import UTC, datetime

from quizkit.model.bank import Document, LoadedExperiment
from quizkit.model.contract import Clause
from quizkit.model.experiment import (
    Accuracies,
    Bonus,
    Claimed,
    Experiment,
    LoadedSolution,
    Setting,
    Solution,
    digest_of_program,
)
from quizkit.model.record import Machine, RunHead, RunOpened, RunRecord, RunRecorded, RunStatus, SeriesEvent
from quizkit.model.run import RunConfig
from quizkit.model.run_event import (
    BackboneLoaded,
    ClassScore,
    ClauseAudited,
    DataLoaded,
    EpochFinished,
    Evaluated,
    PathChosen,
    Predicted,
    Progressed,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    Versions,
)

HOSTILE = "\x1b[2J\n::error::x"

EXPERIMENT = Experiment(
    problem="A problem.",
    starting_point="A start.",
    task="A task.",
    contract={Clause.BACKBONE_BUFFERS: "Why.", Clause.TARGET: "Why."},
    hints=("A hint.",),
    solutions=(Solution(file="reference.py", about="All."), Solution(file="bonus.py", about="More.")),
    what_changed=("The head.",),
    interpretation="From {run:validation-before} to {run:validation-after}.\n\n"
    "The bonus: {run:bonus.validation-after}.",
    bonus=Bonus(task="Unfreeze more.", hint="In small steps.", solution="bonus.py"),
    claimed=Claimed(
        before=Accuracies(train=0.95, validation=0.4),
        after=Accuracies(train=0.85, validation=0.72),
        profile="offline",
    ),
    profiles={"offline": Setting(about="Digits.", target=0.95, minutes=1)},
)

LOADED = LoadedExperiment(
    experiment=EXPERIMENT,
    document=Document(file="experiment.yaml", places={}),
    solutions=tuple(LoadedSolution(solution=each, path=each.file, source=each.name) for each in EXPERIMENT.solutions),
)


def head(seed: int = 0, status: RunStatus = RunStatus.FINISHED) -> RunHead:
    config = RunConfig(
        folder="/runs/r", cache="/c", solution="/s.py", profile="offline", epochs=2, seed=seed, target=0.95,
        clauses=(Clause.BACKBONE_BUFFERS, Clause.TARGET), offline_weights="/w",
    )  # fmt: skip
    return RunHead(
        id=f"r-{seed}", pattern="p", config=config,
        solution="reference", solution_digest=digest_of_program("reference"),
        machine=Machine(system="Linux x86_64", cores=2, quizkit="0"), started=datetime(2026, 1, 2, tzinfo=UTC),
        status=status,
    )  # fmt: skip


def opening(seed: int = 0) -> list[SeriesEvent]:
    return [
        RunOpened(id=f"r-{seed}", folder="/runs/r", pattern="p", solution="reference", seed=seed, epochs=2,
                  is_resumed=bool(seed)),
        RunStarted(seed=seed, profile="offline", solution="s.py", device="cpu", device_name=f"a chip {HOSTILE}",
                   versions=Versions(python="3", torch="2", torchvision="0")),
    ]  # fmt: skip


def training(seed: int = 0, *, is_broken: bool = False) -> list[RunEvent]:
    after = 0.96 + seed / 100
    return [
        DataLoaded(name="digits", classes=("zero", f"one {HOSTILE}"), train_images=1437, validation_images=20,
                   image_shape=(3, 32, 32), digest="d"),
        BackboneLoaded(name="resnet18", digest="d", parameters=11_689_512, features=512, provenance="made up"),
        PathChosen(path="cached-features", why="it is frozen", dtype="bfloat16", channels_last=True),
        Evaluated(when="before", train_accuracy=0.1, validation_accuracy=0.125, validation_loss=2.3),
        Progressed(stage="training", done=64, total=1437, images_per_second=1000, epoch=1, loss=0.5),
        *(EpochFinished(epoch=epoch, epochs=2, train_loss=1 / epoch, train_accuracy=0.9, validation_loss=0.5,
                        validation_accuracy=0.9, seconds=0.5, images_per_second=2874) for epoch in (1, 2)),
        Evaluated(when="after", train_accuracy=0.99, validation_accuracy=after, validation_loss=0.1),
        ClauseAudited(clause=Clause.BACKBONE_BUFFERS, holds=not is_broken,
                      measured=f"{60 * is_broken} of 60 BatchNorm buffers moved {HOSTILE}"),
        ClauseAudited(clause=Clause.TARGET, holds=True, measured="enough"),
        Predicted(confusion=((9, 1), (0, 10)),
                  per_class=(ClassScore(name="zero", precision=1, recall=0.9, support=10),
                             ClassScore(name="one", precision=0.909, recall=1, support=10))),
        RunFinished(seconds=2.5, train_seconds=1.0),
    ]  # fmt: skip


def record(seed: int = 0, *, is_broken: bool = False) -> RunRecord:
    return RunRecord(head=head(seed), events=tuple(training(seed, is_broken=is_broken)))


def bonus(seed: int = 0) -> RunRecord:
    made = {"solution": "bonus", "solution_digest": digest_of_program("bonus")}
    return RunRecord(head=head(seed).model_copy(update=made), events=tuple(training(seed)))


def series(seed: int = 0, *, is_broken: bool = False) -> list[SeriesEvent]:
    return [
        *opening(seed),
        *training(seed, is_broken=is_broken),
        RunRecorded(record=record(seed, is_broken=is_broken)),
    ]


def failed() -> list[SeriesEvent]:
    failure = RunFailed(
        phase="solution",
        what=f"NameError {HOSTILE}",
        remedy="wrap it:\ndef prepare():\n    pass",
        file="m.py",
        line=3,
    )
    return [*opening(), failure, RunRecorded(record=RunRecord(head=head(status=RunStatus.FAILED), events=(failure,)))]

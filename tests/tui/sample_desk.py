"""A desk with a small made-up pattern behind it: for screens that must not change with the content.

History is real, in the folder that XDG_DATA_HOME names; the clock stands still unless a test moves it.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from quizkit.model.bank import Bank, Document, LoadedExperiment, LoadedPattern, Pattern
from quizkit.model.contract import Clause
from quizkit.model.evidence import Checked, Evidence, Outcome, Raise, SubValue, Value
from quizkit.model.exhibit import Exhibit, Exhibition
from quizkit.model.experiment import REFERENCE, Bonus, Experiment, LoadedSolution, Setting, Solution
from quizkit.model.item import Difficulty
from quizkit.model.lesson import Lesson, Section
from quizkit.model.mode import MODES, READING_MODES, Mode
from quizkit.model.probe import Part, Probe
from quizkit.model.record import Machine, RunHead, RunOpened, RunRecord, RunStatus
from quizkit.model.run import RunConfig
from quizkit.model.run_event import (
    ClassScore,
    ClauseAudited,
    DataLoaded,
    EpochFinished,
    Evaluated,
    Layer,
    ModelDescribed,
    Predicted,
    Prediction,
    Progressed,
    RunStarted,
    Versions,
)
from quizkit.model.served import Check, Offer, OptionEvidence, ServedCard, ServedItem, ServedOption
from quizkit.model.verdict import Status, Verdict
from quizkit.proof.live import Rerun
from quizkit.tui.desk import Desk
from quizkit.tui.sheet import Sheet
from quizkit.tui.training import Task, Tell, Training

PATTERN = "reshaping"
PLACE = "python3.11 torch2.13.0+cpu linux-x86_64"
NOON = 1_790_000_000.0
"""When the clock stands still, in seconds since 1970."""


def checked(holds: bool, shape: str) -> OptionEvidence:
    check = Check(name="two rows of three", source="y.shape == (2, 3)", wanted="True", got=str(holds), holds=holds,
                  parts=(("y.shape", f"torch.Size([{shape}])"),))  # fmt: skip
    return OptionEvidence(outcome=Outcome.RETURNED, checks=(check,))


def options() -> tuple[ServedOption, ...]:
    failed = Raise(
        type="RuntimeError", message="shape '[2, 4]' is invalid for input of size 6", phase="option", line=1
    )
    return (
        ServedOption(id="view", text="y = x.view(2, 3)", is_code=True, is_right=True, holds=True,
                     rationale="It gives the same numbers another *shape*.", evidence=(checked(True, "2, 3"),)),
        ServedOption(id="three", text="y = x.view(3, 2)", is_code=True, is_right=False, holds=False,
                     rationale="Rows and columns are the other way round: `(3, 2)`.",
                     evidence=(checked(False, "3, 2"),)),
        ServedOption(id="four", text="y = x.view(2, 4)", is_code=True, is_right=False, holds=False,
                     rationale="Six numbers do not fill eight places.",
                     evidence=(OptionEvidence(outcome=Outcome.RAISED, raised=failed),)),
    )  # fmt: skip


def item(number: int, difficulty: Difficulty, **fields: Any) -> ServedItem:
    """An item of which the first option is right."""
    told: dict[str, Any] = {
        "id": f"rows-{number}", "item": f"rows-{number}", "pattern": PATTERN, "digest": "0" * 16, "kind": "snippet",
        "stages": (("forward", "y.sum()"),),
        "difficulty": difficulty, "concepts": ("shapes",),
        "stem": "Which line turns `x` into **two rows** of three? 数字は六つ。",
        "given": "x = torch.arange(6)  # zero to five\n____", "options": options(), "is_shuffled": False,
        "hints": ("How many numbers are there?", "Rows come first in a shape."),
        "steps": ("`x` has six numbers.", "Two rows of three have the shape `(2, 3)`."),
        "quick_check": "Two times three is six.", "environments": (PLACE,), "is_proved_here": True,
    }  # fmt: skip
    return ServedItem(**{**told, **fields})


def several() -> ServedItem:
    """An item with two right options, of text."""
    first, second, third = (
        each.model_copy(update={"is_code": False, "text": text})
        for each, text in zip(
            options(), ("It has *six* numbers.", "It is one `tensor`.", "It is a list."), strict=True
        )
    )
    both = second.model_copy(update={"is_right": True, "holds": True})
    fields = {"stem": "What is true of `x`?", "kind": "claim", "given": "x = torch.arange(6)"}
    return item(3, Difficulty.HARD, options=(first, both, third), **fields)


def offered() -> Offer:
    levels = (Difficulty.EASY, Difficulty.MEDIUM)
    card = ServedCard(id="card:view", pattern=PATTERN, concepts=("shapes",), front="What does `view` copy?",
                      back="**Nothing**: it shows the same numbers in another shape.")  # fmt: skip
    items = tuple(item(number, level) for number, level in enumerate(levels, 1))
    return Offer(pattern=PATTERN, items=(*items, several()), cards=(card,))


def loaded() -> LoadedPattern:
    code = "```python\nx.view(2, 3)\n```"
    body = f"A tensor of six numbers can be **seen** in other shapes.\n\n{code}\n\n- rows\n- columns"
    sections = tuple(Section(mode=mode, title=f"{MODES[mode].title} shapes", body=body) for mode in READING_MODES)
    document = Document(file="pattern.yaml", places={})
    pattern = Pattern(id=PATTERN, title="Reshaping tensors")
    return LoadedPattern(pattern=pattern, document=document, lesson=Lesson(sections=sections), folder="nowhere")


PARTS = (Part(phase="given", source="x = torch.arange(6)"), Part(phase="option", source="y = x.view(2, 3)"))
PROBE = Probe(parts=PARTS, expectations={"two rows of three": "y.shape == (2, 3)"})


def evidence(probe: Probe = PROBE) -> Evidence:
    shape = Value(type="torch.Size", text="torch.Size([2, 3])")
    held = Checked(holds=True, sub_values=(SubValue(source="y.shape", value=shape),))
    return Evidence(digest=probe.digest, environment=PLACE, outcome=Outcome.RETURNED,
                    expectations={"two rows of three": held})  # fmt: skip


def exhibition() -> Exhibition:
    verdict = Verdict(pattern=PATTERN, item="rows-1", status=Status.PROVED, stem="Which?", notes=("one seed",))
    shown = Exhibit(name="rows-1 option view", option="view", parts=PROBE.parts, expectations=PROBE.expectations,
                    evidence=evidence())  # fmt: skip
    return Exhibition(verdict=verdict, folder="content", exhibits=(shown,))


def epoch(number: int) -> EpochFinished:
    return EpochFinished(epoch=number, epochs=3, train_loss=1.5 / number, train_accuracy=0.6 + 0.1 * number,
                         validation_loss=1.2 / number, validation_accuracy=0.65 + 0.1 * number, seconds=1.0,
                         images_per_second=900.0)  # fmt: skip


def record() -> RunRecord:
    config = RunConfig(
        folder="",
        cache="",
        solution="",
        profile="offline",
        target=0.9,
        offline_weights="",
        clauses=(Clause.BACKBONE_BUFFERS, Clause.TARGET),
    )
    head = RunHead(id="20260921-120000-reference-0", pattern=PATTERN, solution="reference", solution_digest="0" * 64,
                   config=config, machine=Machine(system="Linux x86_64", cores=2, quizkit="0.1"),
                   started=datetime(2026, 9, 21, 12, tzinfo=UTC), status=RunStatus.FINISHED)  # fmt: skip
    classes = ("zero", "one", "two")
    layers = (
        Layer(name="conv1", kind="Conv2d", input_shape=(1, 3, 32, 32), output_shape=(1, 64, 16, 16), parameters=9408,
              is_trainable=False),
        Layer(name="relu", kind="ReLU", input_shape=(1, 64, 16, 16), output_shape=(1, 64, 16, 16), parameters=0,
              is_trainable=False),
        Layer(name="fc", kind="Linear", input_shape=(1, 512), output_shape=(1, 3), parameters=1539,
              is_trainable=True),
    )  # fmt: skip
    scores = tuple(ClassScore(name=name, precision=0.9, recall=0.85, support=20) for name in classes)
    trace = (Prediction(index=7, true="one", predicted="two", probabilities=(0.1, 0.3, 0.6)),)
    events = (
        RunStarted(seed=0, profile="offline", solution="reference.py", device="cpu", device_name="a CPU",
                   versions=Versions(python="3.11", torch="2.13.0", torchvision="0.28.0")),
        DataLoaded(name="digits", classes=classes, train_images=60, validation_images=60, image_shape=(3, 32, 32),
                   digest="0"),
        ModelDescribed(layers=layers),
        Evaluated(when="before", train_accuracy=0.1, validation_accuracy=0.12, validation_loss=2.3),
        *(epoch(number) for number in (1, 2, 3)),
        Evaluated(when="after", train_accuracy=0.97, validation_accuracy=0.95, validation_loss=0.2),
        Predicted(confusion=((17, 2, 1), (0, 20, 0), (1, 0, 19)), per_class=scores, trace=trace),
        ClauseAudited(clause=Clause.BACKBONE_BUFFERS, holds=True, measured="0 of 60 BatchNorm buffers moved"),
        ClauseAudited(clause=Clause.TARGET, holds=True, measured="validation accuracy 95.0 %"),
    )  # fmt: skip
    return RunRecord(head=head, events=events)


def experiment_task() -> Task:
    """An experiment with a reference, a mistake, and a recorded run."""
    told = Experiment(
        problem="Six numbers, and rows are wanted.",
        starting_point="Right for {run:validation-before}.",
        task="Reach {run:target}.",
        contract={Clause.BACKBONE_BUFFERS: "They stay as they are."},
        hints=("Count first.", "Then reshape."),
        solutions=(Solution(file="reference.py", about="It views."), Solution(file="bonus.py", about="It copies.")),
        what_changed=("The shape alone.",),
        interpretation="It is right for {run:validation-after}.",
        bonus=Bonus(task="Copy.", hint="Use `clone`.", solution="bonus.py"),
        profiles={"offline": Setting(about="Digits.", target=0.9, minutes=5)},
    )
    sources = tuple(
        LoadedSolution(solution=each, path=each.file, source=f"def prepare(model, classes): ...  # {each.about}\n")
        for each in told.solutions
    )
    document = Document(file="experiment.yaml", places={})
    return Task(
        loaded(),
        LoadedExperiment(experiment=told, document=document, solutions=sources),
        {},
        {"reference": [record()]},
        Bank(patterns=(loaded(),), is_own=True),
    )


class SampleLive:
    """Live runs that are made up: each gives the recorded evidence at once, or waits until it is stopped."""

    def __init__(self) -> None:
        self.ran: list[Probe] = []
        self.is_stopped = False

    def stop(self) -> None:
        self.is_stopped = True

    def close(self) -> None:
        self.is_stopped = True


class SampleDesk(Desk):
    """A desk that needs no bank and no sandbox."""

    def __init__(self) -> None:
        super().__init__(lambda: Bank(patterns=(loaded(),)), self.tell_time)
        self.now = NOON
        self._chance = random.Random(0)
        self.live.close()
        self.live: Any = SampleLive()
        self.trained: list[str] = []

    def tell_time(self) -> float:
        return self.now

    def offer(self, pattern: str) -> Offer:
        return offered()

    def exhibition(self, item: str) -> Exhibition:
        return exhibition()

    def sheet(self, item: ServedItem, option: str) -> Sheet:
        return Sheet(PROBE, evidence())

    def section(self, pattern: str, mode: Mode) -> Section:
        lesson = loaded().lesson
        assert lesson is not None
        return lesson.section(mode)

    def record(self, pattern: str) -> RunRecord:
        return record()

    def warm_up(self) -> None:
        pass

    async def run(self, probe: Probe) -> Evidence:
        self.live.ran.append(probe)
        return evidence(probe)

    def task(self, pattern: str) -> Task:
        return experiment_task()

    async def train(self, training: Training, wanted: Task, program: str | Path, tell: Tell) -> RunRecord | None:
        self.trained.append("own" if isinstance(program, Path) else program)
        opened = RunOpened(id="run", folder="", pattern=PATTERN, solution="reference", seed=0, epochs=3,
                           is_resumed=False)  # fmt: skip
        progress = Progressed(stage="training", done=30, total=60, epoch=2, loss=0.5, images_per_second=900.0)

        def told() -> None:
            for event in (opened, *record().events, progress):
                tell(event)

        await asyncio.get_running_loop().run_in_executor(None, told)
        if program != REFERENCE:
            return record()
        while not training.is_stopped:
            await asyncio.sleep(0.01)
        return None

    async def rerun(self, item: str, tell: Callable[[Rerun], None]) -> int:
        rerun = Rerun(name="rows-1 option view", probe=PROBE, evidence=evidence(), locked=None, is_locked=True,
                      done=1, total=1)  # fmt: skip
        await asyncio.get_running_loop().run_in_executor(None, tell, rerun)
        return 0

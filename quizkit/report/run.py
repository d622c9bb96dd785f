"""A run as it goes and what came of it: lines for people, JSON lines for programs.

Invariant: stdout is data and stderr is talk here too; whatever ends the events early, what was measured is told.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TextIO

from quizkit.bank.prose import interpolated_text
from quizkit.bank.run_prose import with_runs
from quizkit.errors import ExitCode
from quizkit.model.experiment import REFERENCE, Experiment
from quizkit.model.figure import Figure
from quizkit.model.record import RunOpened, RunRecord, RunRecorded, SeriesEvent, percent
from quizkit.model.run import (
    BackboneLoaded,
    DataLoaded,
    EpochFinished,
    Evaluated,
    PathChosen,
    Progressed,
    RunFailed,
    RunStarted,
)
from quizkit.model.text import one_line
from quizkit.report.layout import Page, page_for, prose, section
from quizkit.report.progress import Pace, watching
from quizkit.report.run_tables import accuracy_lines, contract_lines, failure_lines
from quizkit.report.stream import Clock
from quizkit.report.words import count, inert, inert_json

_WORST: Final = (ExitCode.INTERRUPTED, ExitCode.REFUTED, ExitCode.USAGE, ExitCode.UNDECIDED, ExitCode.PROVED)
"""Which of several runs decides what the command ends with: a broken clause counts before one that is unknown."""
_STAGES: Final = {
    "download": "downloading",
    "features": "computing features",
    "training": "training",
    "evaluation": "measuring",
}


class Events(Protocol):
    """Events of a series that can be stopped."""

    def __iter__(self) -> Iterator[SeriesEvent]: ...
    def close(self) -> None:
        """Stop the run."""


@dataclass(frozen=True)
class Telling:
    """What a report of a run says besides what the run tells."""

    experiment: Experiment
    """The task."""
    facts: Mapping[str, Figure] = field(default_factory=dict)
    """Proved facts that prose may quote."""
    shipped: Mapping[str, RunRecord] = field(default_factory=dict)
    """Recorded runs that prose may quote, by solution."""


def write_run(
    events: Events, telling: Telling, form: Literal["text", "json"], out: TextIO, talk: TextIO, /,
    clock: Clock = time.monotonic,
) -> tuple[ExitCode, list[RunRecord]]:  # fmt: skip
    """Write runs of one solution to `out` as they go, and return what the command ends with and the records.

    Ctrl-C is raised again once the runs are stopped and what was measured is told.
    """
    page = page_for(out)
    records: list[RunRecord] = []
    pacer = _Pacer()
    with watching(talk, out, clock) as watch, closing(events):
        try:
            for event in events:
                if isinstance(event, RunRecorded):
                    records.append(event.record)
                lines = _as_json(event) if form == "json" else _as_lines(event, page)
                for line in lines:
                    watch.put(line + "\n")
                if isinstance(event, RunOpened | Progressed):
                    watch.show(pacer.pace(event))
        except KeyboardInterrupt:
            events.close()
            watch.say("stopped; what was measured is kept, and the same command goes on with it")
            raise
        if form == "text" and records:
            for line in _conclusion(records, telling, page):
                watch.put(line + "\n")
    codes = [record.exit_code for record in records] or [ExitCode.UNDECIDED]
    return min(codes, key=_WORST.index), records


def _as_json(event: SeriesEvent) -> Iterator[str]:
    if isinstance(event, RunRecorded):
        head = event.record.head
        brief = {"event": event.event, "id": head.id, "folder": head.config.folder, "status": head.status.value,
                 "exit_code": int(event.record.exit_code)}  # fmt: skip
        yield inert_json(brief)
    else:
        yield inert_json(event.model_dump(mode="json"))


# As it goes


class _Pacer:
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


def _as_lines(event: SeriesEvent, page: Page) -> Iterator[str]:
    match event:
        case RunOpened():
            again = ", going on with a run that was cut off" if event.is_resumed else ""
            yield page.paint("strong", one_line(f"{event.pattern}  {event.solution}, seed {event.seed}{again}"))
        case RunStarted():
            after = f"; after epoch {event.resumed_from_epoch}" if event.resumed_from_epoch is not None else ""
            told = f"{event.device_name}, torch {event.versions.torch}{after}"
            yield from _named("device", told, page)
        case DataLoaded():
            shape = "x".join(map(str, event.image_shape))
            told = f"{event.name}: {count(event.train_images, 'image')} to train on, "
            told += f"{event.validation_images:,} to measure on, {len(event.classes)} classes, {shape}"
            yield from _named("data", told, page)
        case BackboneLoaded():
            told = f"{event.name}, {event.parameters:,} parameters, {event.features} features: {event.provenance}"
            yield from _named("backbone", told, page)
        case PathChosen():
            layout = ", channels-last" if event.channels_last else ""
            yield from _named("path", f"{event.path}, {event.dtype}{layout}: {event.why}", page)
        case Evaluated():
            told = f"training {percent(event.train_accuracy)}, validation {percent(event.validation_accuracy)}"
            yield from _named(event.when, told, page)
        case EpochFinished():
            yield _epoch(event)
        case RunFailed():
            yield page.paint("refuted", "The run could not go on.")
            yield from failure_lines(event, page)
        case _:
            pass


def _named(name: str, told: str, page: Page) -> Iterator[str]:
    yield from map(inert, prose(told, page.width, f"  {name:<9} ", " " * 12))


def _epoch(event: EpochFinished) -> str:
    return (
        f"  epoch {event.epoch}/{event.epochs}  loss {event.train_loss:.4f}  training {percent(event.train_accuracy)}"
        f"  validation {percent(event.validation_accuracy)}  {event.images_per_second:,.0f} images/s"
    )


# What came of it


def _conclusion(records: list[RunRecord], telling: Telling, page: Page) -> Iterator[str]:
    finished = [record for record in records if record.clauses]
    if finished:
        seeds = f", over {len(finished)} seeds" if len(finished) > 1 else ""
        yield from section(f"Contract{seeds}", contract_lines(finished, page), page)
        yield from section(f"Accuracy{seeds}", accuracy_lines(finished, telling.experiment.claimed, page), page)
        yield from section(
            "What it means", _prose(telling.experiment.interpretation, finished[-1], telling, page), page
        )
        yield from section("Next", _next(finished[-1], telling, page), page)
    yield ""
    yield from _kept(records, page)


def _prose(text: str, record: RunRecord, telling: Telling, page: Page) -> Iterator[str]:
    own = record.figures()
    figures = {name: each.figures() for name, each in telling.shipped.items()} | {"": own, record.head.solution: own}
    told = interpolated_text(with_runs(text, figures), telling.facts)
    for number, paragraph in enumerate(told.split("\n\n")):
        yield from [""] * bool(number)
        yield from map(inert, prose(" ".join(paragraph.split()), page.width, "  ", "  "))


def _next(record: RunRecord, telling: Telling, page: Page) -> Iterator[str]:
    """Yield the bonus, after a run that has kept the contract; the next hint is the learner's own affair."""
    bonus = telling.experiment.bonus
    name = bonus.solution.removesuffix(".py").replace("_", "-")
    if record.head.solution == name:
        return
    yield from _prose(bonus.task, record, telling, page)
    yield from _prose(bonus.hint, record, telling, page)
    yield f"  quizkit run {record.head.pattern} --solution {name}"
    if record.head.solution != REFERENCE:
        yield f"  quizkit run {record.head.pattern}"


def _kept(records: list[RunRecord], page: Page) -> Iterator[str]:
    last = records[-1]
    word, style = _verdict(records)
    broken = sorted({audited.clause.value for record in records for audited in record.clauses if not audited.holds})
    told = f"{word}{': ' * bool(broken)}{', '.join(broken)}."
    yield page.paint(style, told)
    yield from map(inert, prose(f"Kept as {last.head.id} in {last.head.config.folder}", page.width))


def _verdict(records: Iterable[RunRecord]) -> tuple[str, str]:
    codes = {record.exit_code for record in records}
    if codes == {ExitCode.PROVED}:
        return "Every clause holds", "proved"
    if ExitCode.REFUTED in codes:
        return "The contract is broken", "refuted"
    return "The contract was not audited", "undecided"

"""A run as it goes, and in the end what came of it: lines for people, JSON lines for programs.

Invariant: stdout is data and stderr is talk here too; whatever ends the events early, what was measured is told.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Final, Literal, Protocol, TextIO

from quizkit.errors import ExitCode
from quizkit.model.record import RunOpened, RunRecord, RunRecorded, SeriesEvent, percent
from quizkit.model.run_event import (
    BackboneLoaded,
    DataLoaded,
    EpochFinished,
    Evaluated,
    PathChosen,
    RunFailed,
    RunStarted,
)
from quizkit.model.text import count, one_line
from quizkit.report.layout import Page, page_for, prose
from quizkit.report.progress import watching
from quizkit.report.run_conclusion import Telling, conclusion_lines
from quizkit.report.run_pace import Pacer
from quizkit.report.run_tables import failure_lines
from quizkit.report.stream import Clock
from quizkit.report.words import inert, inert_json

_WORST: Final = (ExitCode.INTERRUPTED, ExitCode.REFUTED, ExitCode.USAGE, ExitCode.UNDECIDED, ExitCode.PROVED)
"""Which of several runs decides what the command ends with: a broken clause counts before one that is unknown."""


class Events(Protocol):
    """Events of a series that can be stopped."""

    def __iter__(self) -> Iterator[SeriesEvent]: ...
    def close(self) -> None:
        """Stop the run."""


def write_run(
    events: Events, telling: Telling, form: Literal["text", "json"], out: TextIO, talk: TextIO, /,
    clock: Clock = time.monotonic,
) -> tuple[ExitCode, list[RunRecord]]:  # fmt: skip
    """Write runs of one solution to `out` as they go, and return what the command ends with and the records.

    Ctrl-C is raised again once the runs are stopped and what was measured is told.
    """
    page = page_for(out)
    records: list[RunRecord] = []
    pacer = Pacer()
    with watching(talk, out, clock) as watch, closing(events):
        try:
            for event in events:
                if isinstance(event, RunRecorded):
                    records.append(event.record)
                lines = _as_json(event) if form == "json" else _as_lines(event, page)
                for line in lines:
                    watch.put(line + "\n")
                watch.show(pacer.pace(event))
        except KeyboardInterrupt:
            events.close()
            watch.say("stopped; finished epochs are kept, and the same command goes on after them")
            raise
        if form == "text" and records:
            for line in conclusion_lines(records, telling, page):
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

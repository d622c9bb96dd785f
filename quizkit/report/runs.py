"""Recorded runs: as a list, one in full, several side by side."""

from collections.abc import Iterator, Sequence

from quizkit.bank.run_figures import are_alike
from quizkit.model.record import RunRecord, RunStatus, over_seeds, percent
from quizkit.model.run_event import BackboneLoaded, PathChosen, RunFinished, RunStarted
from quizkit.model.text import one_line
from quizkit.report.layout import Page, begun, prose, section, table
from quizkit.report.run_beside import Beside
from quizkit.report.run_tables import (
    accuracy_lines,
    confusion_lines,
    contract_lines,
    epoch_lines,
    failure_lines,
)
from quizkit.report.words import inert, inert_json


def as_runs(records: Sequence[RunRecord], page: Page) -> Iterator[str]:
    """Yield a line for each run, topic by topic, the newest last."""
    if not records:
        yield "There are no runs yet; `quizkit run PATTERN` makes one."
        return
    patterns = dict.fromkeys(record.head.pattern for record in records)
    yield from begun(line for pattern in patterns for line in _of_pattern(pattern, records, page))


def _of_pattern(pattern: str, records: Sequence[RunRecord], page: Page) -> Iterator[str]:
    rows = [["run", "profile", "validation", "outcome"]]
    rows += [
        [record.head.id, _profile(record), _validation(record), _outcome(record)]
        for record in records
        if record.head.pattern == pattern
    ]
    yield from section(one_line(pattern), map(inert, table(rows, "", page.width)), page)


def _validation(record: RunRecord) -> str:
    after = record.evaluated("after")
    return percent(after.validation_accuracy) if after is not None else "-"


def _outcome(record: RunRecord) -> str:
    if record.head.status is not RunStatus.FINISHED:
        failure, done = record.failure, len(record.epochs)
        after = f" after epoch {done} of {record.head.config.epochs}" if done else ""
        return f"failed: {failure.phase}" if failure is not None else f"{record.head.status.value}{after}"
    broken = [audited.clause.value for audited in record.clauses if not audited.holds]
    return f"breaks {', '.join(broken)}" if broken else "keeps the contract"


def as_run(record: RunRecord, folder: str, page: Page) -> Iterator[str]:
    """Yield everything about one run."""
    head = record.head
    yield page.paint("strong", one_line(f"{head.id}  {head.pattern}  {head.solution}"))
    for name, told in _circumstances(record, folder):
        yield from map(inert, prose(told, page.width, f"  {name:<9} ", " " * 12))
    yield from section("Epochs", epoch_lines(record, page), page)
    if record.clauses:
        yield from section("Contract", contract_lines([record], page), page)
    if record.evaluated("before") is not None or record.evaluated("after") is not None:
        yield from section("Accuracy", accuracy_lines([record], page, Beside()), page)
    yield from section("Confusion matrix", confusion_lines(record, page), page)
    if (failure := record.failure) is not None:
        yield from section("Failure", failure_lines(failure, page), page)


def _circumstances(record: RunRecord, folder: str) -> Iterator[tuple[str, str]]:
    head, config = record.head, record.head.config
    yield "when", f"{head.started:%Y-%m-%d %H:%M} UTC, {head.status.value}"
    asked = f"{config.epochs} epochs, batches of {config.batch_size}, step size {config.learning_rate:g}"
    yield "asked", f"{_profile(record)}, seed {config.seed}, {asked}"
    if (started := record.last(RunStarted)) is not None:
        yield "device", f"{started.device_name}, torch {started.versions.torch}, {head.machine.system}"
    if (backbone := record.last(BackboneLoaded)) is not None:
        yield "backbone", f"{backbone.name}: {backbone.provenance}"
    if (path := record.last(PathChosen)) is not None:
        yield "path", f"{path.path}, {path.dtype}: {path.why}"
    if (finished := record.last(RunFinished)) is not None:
        yield "time", f"{finished.seconds:.1f} s, {finished.train_seconds:.1f} s of it training"
    yield "folder", folder


def as_comparison(records: Sequence[RunRecord], page: Page) -> Iterator[str]:
    """Yield what several runs measured in the end, side by side, and the mean over those that were made alike."""
    rows = [["run", "profile", "training", "valid.", "outcome"]]
    for record in records:
        after, epochs = record.evaluated("after"), f"{record.head.config.epochs} epochs"
        measured = [percent(after.train_accuracy), percent(after.validation_accuracy)] if after else ["-", "-"]
        rows.append([record.head.id, f"{_profile(record)}, {epochs}", *measured, _outcome(record)])
    yield from map(inert, table(rows, "", page.width))
    for same in _differing_in_seed(records):
        found = [each.validation_accuracy for record in same if (each := record.evaluated("after"))]
        if len(found) > 1:
            yield f"{one_line(same[0].head.solution)}, {_profile(same[0])}: validation {over_seeds(found)}"


def _differing_in_seed(records: Sequence[RunRecord]) -> list[list[RunRecord]]:
    """Return the runs in groups that were made alike, of the same program, seed apart."""
    groups: list[list[RunRecord]] = []
    for record in records:
        digest = record.head.solution_digest
        alike = (each for each in groups if each[0].head.solution_digest == digest and are_alike(each[0], record))
        if (group := next(alike, None)) is not None:
            group.append(record)
        else:
            groups.append([record])
    return groups


def _profile(record: RunRecord) -> str:
    config = record.head.config
    return config.profile if config.backbone == "pretrained" else f"{config.profile}, {config.backbone}"


def as_runs_json(records: Sequence[RunRecord]) -> Iterator[str]:
    """Yield every run as a line of JSON, with everything it told."""
    for record in records:
        yield inert_json(record.model_dump(mode="json"))

"""What a run measured, as lines: the contract, accuracies beside what was claimed, classes, and why it failed.

Invariant: every figure is read from a record; what was only claimed is told apart in words.
"""

from collections.abc import Iterator, Sequence

from quizkit.model.record import RunRecord, percent
from quizkit.model.run_event import DataLoaded, Predicted, RunFailed
from quizkit.model.text import one_line
from quizkit.report.layout import Page, pad, prose, table, verbatim
from quizkit.report.run_beside import Beside, accuracy_rows
from quizkit.report.words import inert


def contract_lines(records: Sequence[RunRecord], page: Page) -> Iterator[str]:
    """Yield a line for each audited clause, with what was measured; a clause that some seed broke is broken."""
    shown = {audited.clause: audited for record in records for audited in record.clauses}
    shown |= {audited.clause: audited for record in records for audited in record.clauses if not audited.holds}
    width = max((len(clause.value) for clause in shown), default=0)
    for clause, audited in shown.items():
        word, style = ("holds", "proved") if audited.holds else ("BROKEN", "refuted")
        start = f"  {page.paint(style, pad(word, 6))}  {pad(clause.value, width)}  "
        room = " " * (2 + 6 + 2 + width + 2)
        first, *rest = list(prose(audited.measured, page.width, room)) or [room]
        yield start + inert(first[len(room) :])
        yield from map(inert, rest)


def accuracy_lines(records: Sequence[RunRecord], page: Page, beside: Beside) -> Iterator[str]:
    """Yield a table of what was measured before and after training, and of what stands beside it."""
    yield from table(accuracy_rows(records, beside), "  ", page.width)


def confusion_lines(record: RunRecord, page: Page) -> Iterator[str]:
    """Yield the confusion matrix with precision and recall of each class, and nothing if it was not measured."""
    predicted, data = record.last(Predicted), record.last(DataLoaded)
    if predicted is None or data is None:
        return
    rows = [["true \\ predicted", *data.classes, "precision", "recall"]]
    for counts, score in zip(predicted.confusion, predicted.per_class, strict=False):
        rows.append([score.name, *map(str, counts), percent(score.precision), percent(score.recall)])
    yield from map(inert, table(rows, "  ", page.width))


def epoch_lines(record: RunRecord, page: Page) -> Iterator[str]:
    """Yield a table with a row for each epoch."""
    header = ["epoch", "loss", "training", "val. loss", "validation", "images/s", "seconds"]
    rows = [
        [
            f"{epoch.epoch}/{epoch.epochs}", f"{epoch.train_loss:.4f}", percent(epoch.train_accuracy),
            f"{epoch.validation_loss:.4f}", percent(epoch.validation_accuracy),
            f"{epoch.images_per_second:,.0f}", f"{epoch.seconds:.1f}",
        ]
        for epoch in record.epochs
    ]  # fmt: skip
    if rows:
        yield from table([header, *rows], "  ", page.width)


def failure_lines(failure: RunFailed, page: Page) -> Iterator[str]:
    """Yield what went wrong, where, and what to do about it."""
    place = ""
    if failure.file is not None:
        place = one_line(failure.file) + (f":{failure.line}" if failure.line is not None else "") + ": "
    for line in prose(f"{place}{failure.what}", page.width, "  ", "  "):
        yield inert(line)
    remedy, _, code = failure.remedy.partition("\n")
    for line in prose(f"help: {remedy}", page.width, "  ", "        "):
        yield inert(line)
    if code:
        yield from map(inert, verbatim(code, "      | "))

"""What a recorded run measured, as text: where it is from, scores of each class, its contract."""

from collections.abc import Iterable, Iterator
from typing import Final

from textual.content import Content

from quizkit.model.record import RunRecord, percent
from quizkit.model.run_event import ClassScore, ClauseAudited, Predicted, RunStarted
from quizkit.model.text import one_line
from quizkit.report.layout import cells, pad, prose
from quizkit.tui.widgets.meter import meter

WIDTH: Final = 74
"""Columns of what is laid out here, so that it fits where there are eighty."""


def provenance(record: RunRecord) -> Content:
    """Return where the figures are from, in a few lines."""
    head, started = record.head, record.last(RunStarted)
    where = f"{head.machine.system}, {head.machine.cores} cores"
    if started is not None:
        where += f", {started.device_name}, torch {started.versions.torch}"
    which = f"the run {head.id}" if head.id else "a run that could not be kept,"
    lines = [
        f"From {which} of {head.solution}, profile {head.config.profile}, seed {head.config.seed}",
        f"made {head.started:%Y-%m-%d} on {where}",
    ]
    return Content.styled("\n".join(map(one_line, lines)), "$quiet")


def scores(predicted: Predicted) -> Content:
    """Return precision and recall of each class, with a bar for each."""
    width = max(len("class"), *(cells(one_line(score.name)) for score in predicted.per_class))
    head = Content.styled(f"{pad('class', width)}  {pad('precision', 22)}{pad('recall', 22)}images", "$quiet")
    return Content("\n").join([head, *(_score(score, width) for score in predicted.per_class)])


def _score(score: ClassScore, width: int) -> Content:
    return Content.assemble(
        pad(one_line(score.name), width) + "  ",
        meter(score.precision, 10),
        f" {percent(score.precision):>8}   ",
        meter(score.recall, 10),
        f" {percent(score.recall):>8}   {score.support:>5}",
    )


def contract(clauses: Iterable[ClauseAudited]) -> Content:
    """Return a line for each audited clause, with what was measured."""
    return Content("\n").join(_clauses(list(clauses)))


def _clauses(clauses: list[ClauseAudited]) -> Iterator[Content]:
    width = max((len(each.clause.value) for each in clauses), default=0)
    for each in clauses:
        sign, style = ("✓ holds   ", "$good") if each.holds else ("✗ BROKEN  ", "$bad")
        room = " " * (len(sign) + width + 2)
        first, *rest = list(prose(each.measured, WIDTH, room)) or [room]
        yield Content.assemble((sign, style), (pad(each.clause.value, width), "bold"), "  ", first[len(room) :])
        yield from map(Content, rest)

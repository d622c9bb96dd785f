"""An experiment's texts, and what came of a run of it: contract, figures beside the claimed ones, meaning, bonus."""

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from quizkit.model.record import RunRecord
from quizkit.report.layout import Page, table
from quizkit.report.run_beside import Beside, accuracy_rows, notes
from quizkit.report.run_conclusion import verdict
from quizkit.report.run_tables import failure_lines
from quizkit.tui.training import Task
from quizkit.tui.widgets.records import WIDTH, contract, provenance
from quizkit.tui.widgets.text import joined

_STYLES: Final = {"proved": "$good", "refuted": "$bad", "undecided": "$careful"}
_PAGE: Final = Page(width=WIDTH)


def problem(task: Task) -> str:
    """Return problem, starting point, task and contract as Markdown."""
    told = task.experiment
    clauses = "\n".join(f"- **{clause.value}**: {task.told(why)}" for clause, why in told.contract.items())
    parts = {
        "The problem": task.told(told.problem),
        "Where you start": task.told(told.starting_point),
        "The task": task.told(told.task),
        "The contract": clauses,
    }
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in parts.items())


def conclusion(task: Task, record: RunRecord) -> tuple[Content, str]:
    """Return the measured part as text, and what it means as Markdown."""
    return joined(_measured(task, record)), "\n\n".join(_meaning(task, record))


def _measured(task: Task, record: RunRecord) -> Iterator[Content]:
    if (failure := record.failure) is not None:
        yield from map(Content, failure_lines(failure, _PAGE))
    said, style = verdict([record], task.loaded)
    yield Content.styled(f"{'✓' if style == 'proved' else '✗'} {said}", f"bold {_STYLES[style]}")
    yield contract(record.clauses)
    yield Content("")
    beside = Beside.of(task.loaded, task.recorded, [record])
    head, *rows = table(accuracy_rows([record], beside), "", _PAGE.width)
    yield Content.styled(head, "$quiet")
    yield from map(Content, rows)
    yield Content("")
    yield from map(Content, notes([record], beside))
    yield Content("")
    yield provenance(record)


def _meaning(task: Task, record: RunRecord) -> Iterator[str]:
    told = task.experiment
    if record.evaluated("after") is not None:
        yield "## What it means\n\n" + task.told(told.interpretation, record)
    changes = "\n".join(f"- {task.told(each, record)}" for each in told.what_changed)
    yield f"## What the reference changes\n\n{changes}"
    yield f"## Bonus: f6 runs it\n\n{task.told(told.bonus.task, record)}\n\n{task.told(told.bonus.hint, record)}"

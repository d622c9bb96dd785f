"""An experiment's texts, and what came of a run of it: contract, figures beside the claimed ones, meaning, bonus."""

from collections.abc import Iterator

from textual.content import Content

from quizkit.model.record import RunRecord, percent
from quizkit.model.text import one_line
from quizkit.tui.training import Task
from quizkit.tui.widgets.records import contract, provenance
from quizkit.tui.widgets.text import joined


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
        where = f"{one_line(failure.file)}:{failure.line}: " if failure.file is not None else ""
        yield Content.styled(f"{where}{failure.what}", "$bad")
        yield Content(failure.remedy)
    if record.keeps_contract:
        yield Content.styled("✓ The contract is kept.", "bold $good")
    elif record.clauses:
        yield Content.styled("✗ The contract is not kept.", "bold $bad")
    yield contract(record.clauses)
    yield Content("")
    yield from _accuracies(task, record)
    yield Content("")
    yield provenance(record)


def _accuracies(task: Task, record: RunRecord) -> Iterator[Content]:
    yield Content.styled(f"{'':<18}{'training':>10}{'validation':>12}", "$quiet")
    for when in ("before", "after"):
        if (found := record.evaluated(when)) is not None:
            yield Content(
                f"{'measured ' + when:<18}{percent(found.train_accuracy):>10}{percent(found.validation_accuracy):>12}"
            )
    yield Content(f"{'target':<18}{'':>10}{percent(record.head.config.target):>12}")
    if (claimed := task.experiment.claimed) is not None:
        for when, each in (("before", claimed.before), ("after", claimed.after)):
            line = f"{'claimed ' + when:<18}{percent(each.train):>10}{percent(each.validation):>12}"
            yield Content.styled(line, "$quiet")


def _meaning(task: Task, record: RunRecord) -> Iterator[str]:
    told = task.experiment
    yield "## What it means\n\n" + task.told(told.interpretation, record)
    yield "## What changed\n\n" + "\n".join(f"- {task.told(each, record)}" for each in told.what_changed)
    yield f"## Bonus\n\n{task.told(told.bonus.task, record)}\n\n{task.told(told.bonus.hint, record)}"

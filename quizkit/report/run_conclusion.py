"""What came of runs of one solution, one a seed: contract, accuracies, what they mean, where to go next.

Invariant: every figure is measured by the runs at hand, or by a recorded one that may stand beside them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from quizkit.bank.prose import interpolated_text
from quizkit.bank.run_figures import Recorded, quotable, solution_of
from quizkit.bank.run_prose import with_runs
from quizkit.errors import ExitCode
from quizkit.model.bank import LoadedExperiment
from quizkit.model.experiment import REFERENCE, solution_name
from quizkit.model.figure import Figure
from quizkit.model.record import RunRecord
from quizkit.report.layout import Page, prose, section
from quizkit.report.run_beside import Beside, notes
from quizkit.report.run_tables import accuracy_lines, contract_lines
from quizkit.report.words import inert


@dataclass(frozen=True)
class Telling:
    """What a report of a run says besides what the run tells."""

    loaded: LoadedExperiment
    """The task and its solutions."""
    facts: Mapping[str, Figure] = field(default_factory=dict)
    """Proved facts that prose may quote."""
    recorded: Recorded = field(default_factory=dict)
    """Finished runs that figures may come from."""


def conclusion_lines(records: Sequence[RunRecord], telling: Telling, page: Page) -> Iterator[str]:
    """Yield all of it; of runs that came to no audit, only where they are kept."""
    finished = [record for record in records if record.clauses]
    if finished:
        seeds = f", over {len(finished)} seeds" if len(finished) > 1 else ""
        yield from section(f"Contract{seeds}", contract_lines(finished, page), page)
        yield from section(f"Accuracy{seeds}", _accuracies(finished, telling, page), page)
        meaning = _prose(telling.loaded.experiment.interpretation, finished, telling, page)
        if finished[-1].evaluated("after") is not None:
            yield from section("What it means", meaning, page)
        yield from section("Next", _next(finished, telling, page), page)
    yield ""
    yield from _kept(records, telling, page)


def _accuracies(records: Sequence[RunRecord], telling: Telling, page: Page) -> Iterator[str]:
    beside = Beside.of(telling.loaded, telling.recorded, records)
    yield from accuracy_lines(records, page, beside)
    for note in notes(records, beside):
        yield ""
        yield from map(inert, prose(note, page.width, "  ", "  "))


def _prose(text: str, records: Sequence[RunRecord], telling: Telling, page: Page) -> Iterator[str]:
    figures = quotable(telling.loaded, telling.recorded, records)
    told = interpolated_text(with_runs(text, figures), telling.facts)
    for number, paragraph in enumerate(filter(None, told.split("\n\n"))):
        yield from [""] * bool(number)
        yield from map(inert, prose(" ".join(paragraph.split()), page.width, "  ", "  "))


def _next(records: Sequence[RunRecord], telling: Telling, page: Page) -> Iterator[str]:
    """Yield the bonus after the contract was kept, else the way to what keeps it."""
    experiment, head = telling.loaded.experiment, records[-1].head
    is_usual = head.config.profile == experiment.default_profile
    run = f"quizkit run {head.pattern}" + ("" if is_usual else f" --profile {head.config.profile}")
    solution = solution_of(telling.loaded, records[-1])
    if head.config.backbone == "random":
        yield from _command("the same with the pretrained backbone", run, page)
        return
    if all(record.keeps_contract for record in records):
        yield from _prose(f"{experiment.bonus.task.strip()}\n\n{experiment.bonus.hint}", records, telling, page)
        yield f"    {run} --solution {solution_name(experiment.bonus.solution)}"
        return
    if solution is None:
        yield from _command("hints, opened one by one", f"quizkit play {head.pattern} --mode experiment", page)
    if solution != REFERENCE:
        yield from _command("the reference, which keeps all of the contract", run, page)


def _command(what: str, command: str, page: Page) -> Iterator[str]:
    yield from map(inert, prose(f"{what}:", page.width, "  ", "  "))
    yield f"    {command}"


def _kept(records: Sequence[RunRecord], telling: Telling, page: Page) -> Iterator[str]:
    told, style = verdict(records, telling.loaded)
    for line in prose(told, page.width):
        yield page.paint(style, inert(line))
    for head in (record.head for record in records if record.head.id):
        yield from map(inert, prose(f"Kept as {head.id} in {head.config.folder}", page.width))


def verdict(records: Sequence[RunRecord], loaded: LoadedExperiment) -> tuple[str, str]:
    """Return in a sentence what came of the runs, and what kind of a verdict that is."""
    word, style = _verdict(records)
    broken = sorted({audited.clause.value for record in records for audited in record.clauses if not audited.holds})
    solution = loaded.experiment.solution(solution_of(loaded, records[-1]) or "")
    if broken and solution is not None and broken == sorted(clause.value for clause in solution.breaks):
        word += ", as this solution is meant to"
    return f"{word}{': ' * bool(broken)}{', '.join(broken)}.", style


def _verdict(records: Sequence[RunRecord]) -> tuple[str, str]:
    codes = {record.exit_code for record in records}
    if codes == {ExitCode.PROVED}:
        return "Every clause holds", "proved"
    failures = [failure for record in records if (failure := record.failure) is not None]
    if any(not audited.holds for record in records for audited in record.clauses):
        return "The contract is broken", "refuted"
    if any(failure.phase == "training" for failure in failures):
        return "The training failed: its loss is not finite, so the contract was not audited", "refuted"
    if all({audited.clause for audited in record.clauses} >= set(record.head.config.clauses) for record in records):
        return "Every clause holds, but the run did not come to its end", "undecided"
    return "The contract was not audited", "undecided"

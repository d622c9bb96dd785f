"""Reading a section of the lesson, with what a recorded run shows; and the experiment's task with its hints.

Invariant: every figure is a proved fact or read from a run's record, and the record says whose it is.
"""

from collections.abc import Iterable, Iterator

from quizkit.bank.prose import interpolated, interpolated_text
from quizkit.bank.run_figures import quotable
from quizkit.bank.run_prose import with_runs
from quizkit.errors import ExitCode, QuizkitError
from quizkit.lab.recorded import recorded, shown_record
from quizkit.lab.records import last_run
from quizkit.model.bank import LoadedPattern
from quizkit.model.experiment import Bonus, solution_name
from quizkit.model.mode import MODES, Mode
from quizkit.model.record import RunRecord
from quizkit.model.run_event import DataLoaded, ModelDescribed, Predicted, Prediction
from quizkit.model.text import one_line
from quizkit.plain.markdown import markdown_lines
from quizkit.plain.talk import Talk
from quizkit.proof.figures import figures
from quizkit.report.layout import Page, prose, section, table
from quizkit.report.run_tables import confusion_lines, contract_lines, epoch_lines

_LIKELIEST = 3
"""Classes told of each prediction."""


class NothingToReadError(QuizkitError):
    """There is no text for this mode; the message says what to do."""

    exit_code = ExitCode.NOTHING


def lesson_lines(pattern: LoadedPattern, mode: Mode, page: Page) -> Iterator[str]:
    """Yield what the lesson says in a mode, and what a recorded run shows there. Raises NothingToReadError."""
    if pattern.lesson is None:
        raise NothingToReadError(f"{pattern.pattern.id} has no lesson; begin with practice or test")
    told = interpolated(pattern.lesson, figures(pattern)).section(mode)
    yield page.paint("strong", f"{MODES[mode].title}: {told.title}")
    yield ""
    yield from markdown_lines(told.body, page)
    if mode in (Mode.VISUALISE, Mode.METRICS):
        record = shown_record(pattern)
        if record is None:
            again = f"There is no recorded run to look at yet; `quizkit run {pattern.pattern.id}` makes one."
            yield from ["", *prose(again, page.width)]
        else:
            yield from (_visualised if mode is Mode.VISUALISE else _measured)(record, page)


def _visualised(record: RunRecord, page: Page) -> Iterator[str]:
    described, predicted, data = record.last(ModelDescribed), record.last(Predicted), record.last(DataLoaded)
    if described is not None:
        rows = [["layer", "kind", "gives", "parameters", "learns"]]
        for layer in described.layers:
            learns = ("yes" if layer.is_trainable else "no") if layer.parameters else ""
            rows.append([layer.name, layer.kind, _shape(layer.output_shape), f"{layer.parameters:,}", learns])
        rows[1:1] = [["images", "", _shape(each.input_shape), "", ""] for each in described.layers[:1]]
        yield from section("Data on its way through the layers", table(rows, "  ", page.width), page)
    yield from section("Training", epoch_lines(record, page), page)
    if predicted is not None and data is not None:
        traced = (line for each in predicted.trace for line in _prediction(each, data.classes, page))
        yield from section("Single predictions", traced, page)
    yield from _provenance(record, page)


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))


def _prediction(prediction: Prediction, classes: Iterable[str], page: Page) -> Iterator[str]:
    likeliest = sorted(zip(prediction.probabilities, classes, strict=False), reverse=True)[:_LIKELIEST]
    told = ", ".join(f"{one_line(name)} {probability:.1%}" for probability, name in likeliest)
    verdict = "right" if prediction.true == prediction.predicted else f"taken for {one_line(prediction.predicted)}"
    said = f"image {prediction.index}, {one_line(prediction.true)}: {verdict}; {told}"
    yield from prose(said, page.width, "  ", "    ")


def _measured(record: RunRecord, page: Page) -> Iterator[str]:
    yield from section("Confusion matrix", confusion_lines(record, page), page)
    yield from section("Contract", contract_lines([record], page), page)
    yield from _provenance(record, page)


def _provenance(record: RunRecord, page: Page) -> Iterator[str]:
    head = record.head
    yield ""
    told = f"From the run {head.id} of {head.solution}, profile {head.config.profile}, made {head.started:%Y-%m-%d}."
    yield from prose(one_line(told), page.width)


def show_experiment(pattern: LoadedPattern, talk: Talk) -> None:
    """Tell the task, open its hints one by one, and say which commands do the rest.

    Raises NothingToReadError, LeftError.
    """
    if pattern.experiment is None:
        raise NothingToReadError(f"{pattern.pattern.id} has no experiment; begin with practice or test")
    name, told, page = pattern.pattern.id, pattern.experiment.experiment, talk.page
    measured, runs = figures(pattern), quotable(pattern.experiment, recorded(pattern))

    def filled(text: str) -> str:
        return interpolated_text(with_runs(text, runs), measured)

    for title, text in (("Problem", told.problem), ("Where you start", told.starting_point), ("Task", told.task)):
        talk.say(section(title, prose(filled(text), page.width, "  "), page))
    clauses = (line for each, why in told.contract.items() for line in _clause(each.value, filled(why), page))
    talk.say(section("Contract", clauses, page))
    talk.say(section("Commands", _commands(name, told.bonus, last_run(name)), page))
    for number, text in enumerate(told.hints, start=1):
        if talk.ask(f"h opens hint {number} of {len(told.hints)}, Enter ends").lower() != "h":
            return
        talk.say(markdown_lines(filled(text), page))


def _clause(name: str, why: str, page: Page) -> Iterator[str]:
    yield from prose(f"{name}: {why}", page.width, "  ", "    ")


def _commands(name: str, bonus: Bonus, last: RunRecord | None) -> Iterator[str]:
    yield "  to write a file to begin with, to audit it, to train the reference, the bonus:"
    yield f"    quizkit new solution {name} my_solution.py"
    yield f"    quizkit check {name} my_solution.py"
    yield f"    quizkit run {name}"
    yield f"    quizkit run {name} --solution {solution_name(bonus.solution)}"
    if last is not None:
        yield f"  to look at your last run, of {last.head.started.astimezone():%Y-%m-%d %H:%M}:"
        yield f"    quizkit runs {last.head.id}"

"""Commands about the experiment: run, check, runs, new solution."""

import math
from pathlib import Path
from typing import Any, Final

import click

from quizkit.cli.common import FILE, Seeds, load_bank, put, stdout_page
from quizkit.errors import UsageError
from quizkit.model.defaults import BATCH_SIZE, EPOCHS, LEARNING_RATE

_CODES: Final = """\b
Exit code:
  0    every clause of the contract holds
  1    a clause does not hold, or the loss is not finite
  2    usage error, or a solution, data, weights or device that cannot be used
  3    undecided: out of time, memory or disk, or a fault of quizkit
  130  interrupted; what was measured is kept
  143  ended by SIGTERM; what was measured is kept
"""

_LARGEST_STEP: Final = 1000
"""Far beyond any that trains, and within what any number format holds."""


class StepSize(click.FloatRange):
    """A number in a range; not a number is in none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not a number", param, ctx)
        return number


_OPTIONS: Final = (
    click.option("--profile", metavar="NAME", help="Where data and backbone come from: offline, cifar10."),
    click.option("--backbone", type=click.Choice(["pretrained", "random"]), default="pretrained", show_default=True,
                 help="random is the control: what the task gives without pretraining."),
    click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps, ..."),
    click.option("--epochs", type=click.IntRange(1, 1000), default=EPOCHS, show_default=True),
    click.option("--batch-size", type=click.IntRange(1), default=BATCH_SIZE, show_default=True, metavar="N"),
    click.option("--learning-rate", type=StepSize(0, _LARGEST_STEP, min_open=True), default=LEARNING_RATE,
                 show_default=True),
    click.option("--seeds", type=Seeds(), default=(0,), show_default="0", help="One run for each."),
    click.option("--weights", type=click.Path(path_type=Path, exists=True), metavar="FILE",
                 help="Weights to use instead of a download."),
    click.option("--data-dir", type=click.Path(path_type=Path, exists=True), metavar="DIR",
                 help="Data to use instead of a download."),
    click.option("--low-priority", is_flag=True, help="Leave the processor to others that want it."),
    click.option("--trust", "is_trusted", is_flag=True,
                 help="Train a solution of a foreign bank, unconfined, with your own rights."),
    click.option("--json", "is_json", is_flag=True, help="Every event as a line of JSON."),
)  # fmt: skip


def _with_options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(epilog=_CODES)
@click.argument("pattern")
@click.option("--solution", metavar="NAME|FILE", help="A solution of the pattern, or a file.  [default: reference]")
@click.option("--record", "is_recorded", is_flag=True, help="Write the record that ships with the pattern.")
@_with_options
@click.pass_context
def run(context: click.Context, /, pattern: str, solution: str | None, **asked: Any) -> None:
    """Train a solution of PATTERN's experiment here, and audit its contract."""
    _run(context, pattern, solution, **asked)


@click.command(epilog=_CODES)
@click.argument("pattern")
@click.argument("file", type=FILE)
@_with_options
@click.pass_context
def check(context: click.Context, /, pattern: str, file: Path, **asked: Any) -> None:
    """Put your own solution, FILE, through the contract of PATTERN's experiment."""
    _run(context, pattern, file, **asked)


def _run(
    context: click.Context, name: str, solution: str | Path | None, *, seeds: tuple[int, ...], is_json: bool,
    low_priority: bool, profile: str | None, is_recorded: bool = False, **options: Any,
) -> None:  # fmt: skip
    import sys

    from quizkit.lab.recorded import recorded, ship
    from quizkit.lab.recording import series
    from quizkit.lab.request import experiment_of, requested
    from quizkit.model.record import RunStatus
    from quizkit.proof.figures import figures
    from quizkit.report.run import write_run
    from quizkit.report.run_conclusion import Telling

    bank = load_bank(context.obj)
    pattern, loaded = experiment_of(bank, name)
    request = requested(bank, pattern, solution, profile, has_low_priority=low_priority, **options)
    telling = Telling(loaded, figures(pattern), recorded(pattern))
    told = series(request, seeds)
    end, records = write_run(told, telling, "json" if is_json else "text", sys.stdout, sys.stderr)
    if is_recorded:
        # What can be recorded is, before the first that cannot says so.
        for record in sorted(records, key=lambda each: each.head.status is not RunStatus.FINISHED):
            click.echo(f"quizkit: recorded in {ship(Path(pattern.folder), record)}", err=True)
    context.exit(int(end))


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--json", "is_json", is_flag=True, help="Every run as a line of JSON.")
def runs(ids: tuple[str, ...], *, is_json: bool) -> None:
    """List recorded runs, show one (or the `last`), or compare several."""
    from quizkit.lab.records import record, records, runs_folder
    from quizkit.report.runs import as_comparison, as_run, as_runs, as_runs_json

    root, page = runs_folder(), stdout_page()
    found = [record(root, each) for each in ids] if ids else records(root)
    if is_json:
        put(as_runs_json(found))
    elif len(ids) == 1:
        put(as_run(found[0], str(root / found[0].head.id), page))
    else:
        put(as_comparison(found, page) if ids else as_runs(found, page))


@click.group()
def new() -> None:
    """Write a file to begin with."""


@new.command()
@click.argument("pattern")
@click.argument("file", type=FILE)
@click.pass_obj
def solution(content: Path | None, pattern: str, file: Path) -> None:
    """Write FILE, a solution of PATTERN's experiment that is still to be written."""
    from quizkit.lab.request import experiment_of
    from quizkit.lab.starter import write_starter

    if file.suffix != ".py":
        raise UsageError(f"a solution is a Python file; name it {file.with_suffix('.py').name}")
    found, loaded = experiment_of(load_bank(content), pattern)
    name = found.pattern.id
    write_starter(loaded.experiment, name, file)
    put([f"{file} is written; check it with: quizkit check {name} {file}"])

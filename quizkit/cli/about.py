"""Commands about quizkit itself: doctor, schema."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn, cast

import click

from quizkit.cli.common import put, stdout_page
from quizkit.errors import ExitCode

if TYPE_CHECKING:
    from quizkit.bank.schema import Of
    from quizkit.sandbox.selftest.check import CaseChecked


_DOCTOR_CODES = """\b
Exit code:
  0    probes can be run; with --self-test, every trick was contained
  1    a trick escaped
  3    probes cannot be run; with --self-test, for want of a layer some tricks are not contained here
"""


@click.command(epilog=_DOCTOR_CODES)
@click.option("--self-test", is_flag=True, help="Try over a hundred hostile programs on the sandbox of this machine.")
@click.pass_context
def doctor(context: click.Context, /, *, self_test: bool) -> None:
    """Say what is installed, what the sandbox can do here, and where things are kept."""
    if self_test:
        _self_test(context)
    from quizkit.lab.records import kept_in
    from quizkit.proof.doctor import diagnosis
    from quizkit.report.facts import as_facts

    sections, works = diagnosis()
    sections = {**sections, "storage": {**sections["storage"], "runs": kept_in()}}
    put(as_facts(sections, stdout_page()))
    context.exit(int(ExitCode.PROVED if works else ExitCode.UNDECIDED))


def _self_test(context: click.Context) -> NoReturn:
    from quizkit.proof.doctor import self_test
    from quizkit.report.selftest import as_self_test

    is_open = has_escaped = False

    def watched() -> "Iterator[CaseChecked]":
        nonlocal is_open, has_escaped
        for checked in self_test():
            is_open |= bool(checked.lacking)
            has_escaped |= bool(checked.problems)
            yield checked

    put(as_self_test(watched(), stdout_page()))
    end = ExitCode.REFUTED if has_escaped else ExitCode.UNDECIDED if is_open else ExitCode.PROVED
    context.exit(int(end))


@click.command()
@click.argument("of", type=click.Choice(["items", "cards", "experiment", "pattern"]), default="items")
def schema(of: str) -> None:
    """Print the JSON Schema of item files, or of cards.yaml, experiment.yaml or pattern.yaml, for editors."""
    import json

    from quizkit.bank.schema import schema as schema_of

    put([json.dumps(schema_of(cast("Of", of)), indent=2)])

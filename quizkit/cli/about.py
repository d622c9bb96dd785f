"""Commands about quizkit itself: doctor, schema."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import click

from quizkit.cli.common import put, stdout_page
from quizkit.errors import ExitCode

if TYPE_CHECKING:
    from quizkit.sandbox.selftest.check import CaseChecked


@click.command()
@click.option("--self-test", is_flag=True, help="Try over a hundred hostile programs on the sandbox of this machine.")
@click.pass_context
def doctor(context: click.Context, /, *, self_test: bool) -> None:
    """Say what is installed, what the sandbox can do here, and where things are kept."""
    if self_test:
        _self_test(context)
    from quizkit.proof.doctor import diagnosis
    from quizkit.report.facts import as_facts

    sections, works = diagnosis()
    put(as_facts(sections, stdout_page()))
    context.exit(int(ExitCode.PROVED if works else ExitCode.UNDECIDED))


def _self_test(context: click.Context) -> NoReturn:
    from quizkit.proof.doctor import self_test
    from quizkit.report.selftest import as_self_test

    worst = ExitCode.PROVED

    def watched() -> "Iterator[CaseChecked]":
        nonlocal worst
        for checked in self_test():
            worst = ExitCode.REFUTED if checked.problems else worst
            yield checked

    put(as_self_test(watched(), stdout_page()))
    context.exit(int(worst))


@click.command()
@click.argument("of", type=click.Choice(["items", "pattern"]), default="items")
def schema(of: str) -> None:
    """Print the JSON Schema of item files, or of pattern.yaml, for editors."""
    import json

    from quizkit.bank.schema import schema as schema_of

    put([json.dumps(schema_of("items" if of == "items" else "pattern"), indent=2)])

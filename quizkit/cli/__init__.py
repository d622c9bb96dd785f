"""The command line: parse, call, exit code. No logic; each command imports what it needs when it is called."""

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

import click

import quizkit
from quizkit.cli.about import doctor, schema
from quizkit.cli.app import open_app
from quizkit.cli.browser import serve
from quizkit.cli.common import FILE
from quizkit.cli.lab import check, new, run, runs
from quizkit.cli.play import play, stats
from quizkit.cli.proof import list_, show, try_, verify
from quizkit.errors import ContentError, ExitCode, QuizkitError

_COMMANDS: Final = (check, doctor, list_, new, play, run, runs, schema, serve, show, stats, try_, verify)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, invoke_without_command=True
)
@click.version_option(quizkit.__version__, prog_name="quizkit")
@click.option(
    "--content", type=FILE, envvar="QUIZKIT_CONTENT", show_envvar=True,
    help="The folder of the bank to use.  [default: the content that came with quizkit]",
)  # fmt: skip
@click.pass_context
def quizkit_command(context: click.Context, content: Path | None) -> None:
    """Quizzes whose answer keys are proved by running every option. Without a COMMAND, the app opens."""
    context.obj = content
    if context.invoked_subcommand is None:
        open_app(content)


for _command in _COMMANDS:
    quizkit_command.add_command(_command)


def main() -> NoReturn:
    """Run the command line. Whatever happens ends in a documented exit code, and no fault of ours in 0."""
    signal.signal(signal.SIGTERM, _terminated)
    # Looking for plug-ins of pydantic costs a tenth of a second answer, and one could change what a noun accepts.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    # What a command makes while it starts, stays: looking for garbage in it again and again finds none.
    gc.set_threshold(100_000)
    try:
        code = quizkit_command.main(prog_name="quizkit", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort) as error:
        is_termination = isinstance(error, _Terminated) or isinstance(error.__cause__, _Terminated)
        code = 128 + signal.SIGTERM if is_termination else ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except QuizkitError as error:
        click.echo("\n".join(_told(error)), err=True)
        code = error.exit_code
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
        click.echo("quizkit: this is a fault of quizkit itself; nothing was decided", err=True)
        code = ExitCode.UNDECIDED
    gc.freeze()  # Nor is there a use in looking for garbage on the way out.
    sys.exit(int(code or 0))


class _Terminated(KeyboardInterrupt):
    """SIGTERM: ends a command as Ctrl-C does, so that its report is whole and nothing is left running."""


def _terminated(*_: object) -> NoReturn:
    raise _Terminated


def _told(error: QuizkitError) -> Iterator[str]:
    """Yield what a person needs to know; a CI log may read it, and names of files and texts of items are foreign."""
    from quizkit.model.text import one_line, printable
    from quizkit.report.words import inert

    if isinstance(error, ContentError):
        yield from (inert(one_line(str(problem))) for problem in error.problems)
    if not error.is_told:
        yield inert(f"quizkit: {error.extent() if isinstance(error, ContentError) else printable(str(error))}")

"""The command line: parse, call, exit code. No logic; what a command needs is imported when it is called."""

import gc
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NoReturn

import click

import quizkit
from quizkit.cli.common import FILE
from quizkit.errors import ContentError, ExitCode, QuizkitError, Terminated

_COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "check": ("lab", "check"),
    "doctor": ("about", "doctor"),
    "list": ("proof", "list_"),
    "new": ("lab", "new"),
    "play": ("play", "play"),
    "run": ("lab", "run"),
    "runs": ("lab", "runs"),
    "schema": ("about", "schema"),
    "serve": ("browser", "serve"),
    "show": ("proof", "show"),
    "stats": ("play", "stats"),
    "try": ("proof", "try_"),
    "verify": ("proof", "verify"),
}
"""Every command: the module here that holds it, and its name in there."""


class _Commands(click.Group):
    """A group that knows its commands by name and imports one when it is asked for."""

    def get_command(self, _: click.Context, name: str) -> Any:
        """Return a command; None if there is none of this name."""
        if name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[name]
        return getattr(import_module(f"quizkit.cli.{module}"), attribute)


@click.group(
    cls=_Commands,
    commands={name: click.Command(name) for name in _COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
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
        from quizkit.cli.app import open_app

        open_app(content)


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
        is_termination = isinstance(error, Terminated) or isinstance(error.__cause__, Terminated)
        code = ExitCode.TERMINATED if is_termination else ExitCode.INTERRUPTED
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


def _terminated(*_: object) -> NoReturn:
    raise Terminated


def _told(error: QuizkitError) -> Iterator[str]:
    """Yield what a person needs to know; a CI log may read it, and names of files and texts of items are foreign."""
    from quizkit.model.text import one_line, printable
    from quizkit.report.words import inert

    if isinstance(error, ContentError):
        yield from (inert(one_line(str(problem))) for problem in error.problems)
    if not error.is_told:
        yield inert(f"quizkit: {error.extent() if isinstance(error, ContentError) else printable(str(error))}")

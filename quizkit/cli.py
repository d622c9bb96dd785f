"""The command line: parse, call, exit code. No logic; each command imports what it needs when it is called."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

import quizkit
from quizkit.errors import ContentError, ExitCode, QuizkitError, UsageError

if TYPE_CHECKING:
    from quizkit.model.bank import Bank
    from quizkit.sandbox.selftest.check import CaseChecked

_BANK = click.Path(path_type=Path)

_VERIFY_CODES = """\b
Exit code:
  0    every item proved; exempt and needs-environment are counted
  1    an item is refuted
  2    usage or content error
  3    an item is undecided
  5    nothing was found, or nothing could be decided
  130  interrupted
"""

_TRY_CODES = """\b
Exit code:
  0    every program returned or raised, and every --expect is true
  1    an --expect is not true
  2    usage error, or a file that cannot be read
  3    a program was stopped or blocked, crashed, or ended itself by os._exit
"""


class _Seeds(click.ParamType[tuple[int, ...]]):
    """Whole numbers, separated by commas."""

    name = "N,N,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the numbers."""
        if isinstance(value, tuple):
            return value
        try:
            seeds = tuple(dict.fromkeys(int(each) for each in value.split(",")))
        except ValueError:
            self.fail(f"{value!r} is not a list of whole numbers, such as 0,1,2", param, ctx)
        if not all(0 <= seed < 2**32 for seed in seeds):
            self.fail("a seed is from 0 to 4294967295", param, ctx)
        return seeds


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(quizkit.__version__, prog_name="quizkit")
@click.option(
    "--content", type=_BANK, envvar="QUIZKIT_CONTENT", show_envvar=True,
    help="The folder of the bank to use.  [default: the content that came with quizkit]",
)  # fmt: skip
@click.pass_context
def quizkit_command(context: click.Context, content: Path | None) -> None:
    """Quizzes whose answer keys are proved by running every option."""
    context.obj = content


def _bank(content: Path | None) -> "Bank":
    from quizkit.bank.builtin import builtin, is_own
    from quizkit.bank.loader import load

    folder = _nearby(builtin()) if content is None else content
    return load(folder, is_own=is_own(folder))


def _nearby(path: Path) -> Path:
    """Return `path` as one would type it here, if it lies below the working directory."""
    try:
        here = Path.cwd()
    except OSError:  # It was removed.
        return path
    return path.relative_to(here) if path.is_relative_to(here) else path


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _page() -> Any:
    from quizkit.report.layout import page_for

    return page_for(sys.stdout)


def _put(lines: Iterable[str]) -> None:
    from quizkit.report.outlet import Outlet

    outlet = Outlet(sys.stdout)
    for line in lines:
        outlet.put(line + "\n")


@quizkit_command.command(epilog=_VERIFY_CODES)
@click.argument("path", type=_BANK, required=False)
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Probes run at once.  [default: the number of cores]")
@click.option("--only", multiple=True, metavar="ID", help="Verify only this item or fact; * and ? match, repeatable.")
@click.option("--seeds", type=_Seeds(), default=(), help="Seeds to run under, instead of the authors' own.")
@click.option("--fresh", is_flag=True, help="Run everything; use no evidence of earlier runs.")
@click.option("--update", is_flag=True, help="Write what is proved into proofs.lock.")
@click.option("--locked", is_flag=True, help="Fail (2) if proofs.lock does not speak of the same probes.")
@click.option("--strict", is_flag=True, help="Fail (3) if an item is exempt or needs another environment.")
@click.option("--fail-on-drift", is_flag=True, help="Fail (1) if evidence differs from proofs.lock.")
@click.option("--trust", is_flag=True, help="Run foreign content although it cannot be confined fully here.")
@click.option("--mutants", is_flag=True, help="Lie about every proved item in small ways; each lie must be refuted.")
@click.option("--format", "form", type=click.Choice(["text", "json", "junit", "github"]), default="text",
              show_default=True, help="What the report is written as.")  # fmt: skip
@click.option("-o", "--output", type=_BANK, metavar="FILE", help="Write the report to FILE, whole or not at all.")
@click.pass_context
def verify(context: click.Context, /, path: Path | None, form: str, output: Path | None, **asked: Any) -> None:
    """Prove every answer key below PATH by running every option."""
    if asked["seeds"] and (asked["update"] or asked["locked"]):
        raise UsageError("--seeds runs other probes than proofs.lock speaks of; leave out --update and --locked")
    if asked["update"] and asked["locked"]:
        raise UsageError("--update writes proofs.lock and --locked forbids that; choose one")
    if asked["mutants"] and any(asked[name] for name in ("update", "locked", "strict", "fail_on_drift")):
        raise UsageError(
            "--mutants judges lies, not the bank; leave out --update, --locked, --strict, --fail-on-drift"
        )
    from quizkit.proof.books import Request
    from quizkit.proof.verify import mutation, verification
    from quizkit.report import open_output, write

    request = Request(
        jobs=asked["jobs"] or _cores(),
        seeds=asked["seeds"],
        only=asked["only"],
        is_fresh=asked["fresh"],
        is_trusted=asked["trust"],
        is_strict=asked["strict"],
        is_locked=asked["locked"],
        is_updating=asked["update"],
        fails_on_drift=asked["fail_on_drift"],
    )
    content = path or context.obj
    target: AbstractContextManager[TextIO] = nullcontext(sys.stdout) if output is None else open_output(output)
    with target as out:
        if asked["mutants"]:
            from quizkit.report import write_mutation

            end = write_mutation(mutation(lambda: _bank(content), request), form, out, sys.stderr).exit_code
        else:
            end = write(verification(lambda: _bank(content), request), form, out, sys.stderr).exit_code
    context.exit(int(end))


@quizkit_command.command(name="try", epilog=_TRY_CODES)
@click.argument("files", type=_BANK, nargs=-1, required=True, metavar="FILE...")
@click.option("--expect", multiple=True, metavar="EXPR", help="A boolean expression over the finished program.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")
@click.option("--cpu-seconds", type=click.FloatRange(0, 120, min_open=True), default=20, show_default=True)
@click.option("--memory-mib", type=click.IntRange(64, 8192), default=1024, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option("-j", "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Programs run at once.")
@click.pass_context
def try_(
    context: click.Context, /, files: tuple[Path, ...], expect: tuple[str, ...], *, is_json: bool, **limits: Any
) -> None:
    """Run each FILE in the sandbox and print its evidence."""
    from quizkit.model.item import Limits
    from quizkit.proof.trial import exit_code, programs, tried
    from quizkit.report.evidence import as_evidence, as_evidence_json

    bounds = Limits(cpu_seconds=limits["cpu_seconds"], memory_mib=limits["memory_mib"])
    page, worst = _page(), ExitCode.PROVED
    for name, probe, evidence in tried(programs(files, expect, bounds, limits["seed"]), limits["jobs"]):
        _put([as_evidence_json(name, evidence)] if is_json else as_evidence(name, probe.expectations, evidence, page))
        worst = max(worst, exit_code(probe, evidence))
    context.exit(int(worst))


@quizkit_command.command(name="list")
@click.pass_obj
def list_(content: Path | None) -> None:
    """List every item, and whether it is proved: here, or by proofs.lock."""
    from quizkit.proof.serve import catalogue
    from quizkit.report.catalogue import as_list

    bank, page = _bank(content), _page()
    for number, (pattern, shown) in enumerate(catalogue(bank)):
        _put([""] * bool(number))
        _put(as_list(pattern, shown, page))


@quizkit_command.command()
@click.argument("item")
@click.pass_obj
def show(content: Path | None, item: str) -> None:
    """Show ITEM with its whole proof: every program, and what running it gave."""
    from quizkit.proof.serve import exhibition
    from quizkit.report.catalogue import as_item

    _put(as_item(*exhibition(_bank(content), item), _page()))


@quizkit_command.command()
@click.option("--self-test", is_flag=True, help="Try over a hundred hostile programs on the sandbox of this machine.")
@click.pass_context
def doctor(context: click.Context, /, *, self_test: bool) -> None:
    """Say what is installed, what the sandbox can do here, and where things are kept."""
    if self_test:
        _self_test(context)
    from quizkit.proof.doctor import diagnosis
    from quizkit.report.facts import as_facts

    sections, works = diagnosis()
    _put(as_facts(sections, _page()))
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

    _put(as_self_test(watched(), _page()))
    context.exit(int(worst))


@quizkit_command.command()
@click.argument("of", type=click.Choice(["items", "pattern"]), default="items")
def schema(of: str) -> None:
    """Print the JSON Schema of item files, or of pattern.yaml, for editors."""
    import json

    from quizkit.bank.schema import schema as schema_of

    _put([json.dumps(schema_of("items" if of == "items" else "pattern"), indent=2)])


def main() -> NoReturn:
    """Run the command line. Whatever happens ends in a documented exit code, and no fault of ours in 0."""
    signal.signal(signal.SIGTERM, _terminated)
    # Looking for plug-ins of pydantic costs a tenth of a second answer, and one could change what a noun accepts.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
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
    sys.exit(int(code or 0))


class _Terminated(KeyboardInterrupt):
    """SIGTERM: ends a command as Ctrl-C does, so that its report is whole and nothing is left running."""


def _terminated(*_: object) -> NoReturn:
    raise _Terminated


def _told(error: QuizkitError) -> Iterator[str]:
    from quizkit.model.text import printable

    if isinstance(error, ContentError):
        yield from map(printable, map(str, error.problems))
        yield f"quizkit: {error.extent()}"
    else:
        yield f"quizkit: {printable(str(error))}"

"""Commands about proof: verify, try, list, show."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TextIO

import click

from quizkit.cli.common import FILE, Seeds, load_bank, put, stdout_page
from quizkit.errors import ExitCode, QuizkitError, UsageError

_VERIFY_CODES = """\b
Exit code:
  0    every item proved; exempt and needs-environment are counted
  1    an item is refuted
  2    usage or content error
  3    an item is undecided
  5    nothing was found, or nothing could be decided
  130  interrupted
  143  ended by SIGTERM
"""

_TRY_CODES = """\b
Exit code:
  0    every program returned or raised, and every --expect is true
  1    an --expect is not true
  2    usage error, or a file that cannot be read
  3    a program was stopped or blocked, crashed, or ended itself by os._exit
"""


@click.command(epilog=_VERIFY_CODES)
@click.argument("path", type=FILE, required=False)
@click.option("-j", "--jobs", type=click.IntRange(1, 256), help="Probes run at once.  [default: the number of cores]")
@click.option("--only", multiple=True, metavar="ID", help="Verify only this item or fact; * and ? match, repeatable.")
@click.option("--seeds", type=Seeds(), default=(), help="Seeds to run under, instead of the authors' own.")
@click.option("--fresh", is_flag=True, help="Run everything; use no evidence of earlier runs.")
@click.option("--update", is_flag=True, help="Write what is proved into proofs.lock.")
@click.option("--locked", is_flag=True, help="Fail (2) if proofs.lock does not speak of the same probes.")
@click.option("--strict", is_flag=True, help="Fail (3) if an item is exempt or needs another environment.")
@click.option("--fail-on-drift", is_flag=True, help="Fail (1) if evidence differs from proofs.lock.")
@click.option("--trust", is_flag=True, help="Run foreign content although it cannot be confined fully here.")
@click.option("--mutants", is_flag=True, help="Lie about every proved item in small ways; each lie must be refuted.")
@click.option("--format", "form", type=click.Choice(["text", "json", "junit", "github"]), default="text",
              show_default=True, help="What the report is written as.")  # fmt: skip
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Write the report to FILE, whole or not at all.")
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
    from quizkit.sandbox.environment import cores

    request = Request(
        jobs=asked["jobs"] or cores(),
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
    try:
        with target as out:
            if asked["mutants"]:
                from quizkit.report import write_mutation

                end = write_mutation(mutation(lambda: load_bank(content), request), form, out, sys.stderr).exit_code
            else:
                end = write(verification(lambda: load_bank(content), request), form, out, sys.stderr).exit_code
    except QuizkitError as error:
        error.is_told = form == "text" and output is None and sys.stdout.isatty() and sys.stderr.isatty()
        raise
    context.exit(int(end))


@click.command(name="try", epilog=_TRY_CODES)
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--expect", multiple=True, metavar="EXPR", help="A boolean expression over the finished program.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object a line.")
@click.option("--cpu-seconds", type=click.FloatRange(0, 120, min_open=True), default=20, show_default=True)
@click.option("--memory-mib", type=click.IntRange(64, 8192), default=1024, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option(
    "--scratch", is_flag=True, help="Give each program a folder to write to, its own for as long as it runs."
)
@click.option("-j", "--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Programs run at once.")
@click.pass_context
def try_(
    context: click.Context, /, files: tuple[Path, ...], expect: tuple[str, ...], *, is_json: bool, **limits: Any
) -> None:
    """Run each FILE in the sandbox and print its evidence."""
    from quizkit.model.limits import Limits
    from quizkit.proof.trial import exit_code, programs, tried
    from quizkit.report.evidence import as_evidence, as_evidence_json

    bounds = Limits(cpu_seconds=limits["cpu_seconds"], memory_mib=limits["memory_mib"])
    page, worst = stdout_page(), ExitCode.PROVED
    named = programs(files, expect, bounds, limits["seed"], is_scratch=limits["scratch"])
    for name, probe, evidence in tried(named, limits["jobs"]):
        put([as_evidence_json(name, evidence)] if is_json else as_evidence(name, probe.expectations, evidence, page))
        worst = max(worst, exit_code(probe, evidence))
    context.exit(int(worst))


@click.command(name="list")
@click.pass_obj
def list_(content: Path | None) -> None:
    """List every item, and whether it is proved: here, or by proofs.lock."""
    from quizkit.proof.serve import catalogue
    from quizkit.report.catalogue import as_list
    from quizkit.report.layout import rows_for

    bank, page = load_bank(content), rows_for(sys.stdout)
    for number, (pattern, shown) in enumerate(catalogue(bank)):
        put([""] * bool(number))
        put(as_list(pattern, shown, page))


@click.command()
@click.argument("item")
@click.pass_obj
def show(content: Path | None, item: str) -> None:
    """Show ITEM with its whole proof: every program, and what running it gave."""
    from quizkit.proof.serve import exhibition
    from quizkit.report.catalogue import as_item

    put(as_item(*exhibition(load_bank(content), item), stdout_page()))

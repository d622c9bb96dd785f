"""`python -m benchmarks`: measure the bars, print a table, keep the raw samples."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from benchmarks.bars import BARS, measure
from benchmarks.contestants import warm_up
from benchmarks.figures import Report, table
from benchmarks.frozen import programs
from benchmarks.machine import machine, versions

_RESULTS: Final = Path(__file__).resolve().parent / "results.json"


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(BARS)), help="Measure only this bar; repeatable.")
@click.option("--rounds", type=click.IntRange(1, 1000), help="Samples of everything.  [default: 1 to 11, by bar]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Where to write raw samples.  [default: {_RESULTS.name} beside the programs if nothing is shortened]",
)
def main(only: tuple[str, ...], rounds: int | None, output: Path | None) -> None:
    """Measure the bars that quizkit is held to."""
    programs()
    report = Report(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
        versions=versions(),
        results=(),
    )
    warm_up()
    report = report.model_copy(update={"results": measure(only or tuple(BARS), rounds, _say)})
    if output is None and not only and rounds is None:
        output = _RESULTS
    if output is not None:
        output.write_text(report.model_dump_json(indent=1, exclude_none=True) + "\n", encoding="utf-8")
    print(table(report))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

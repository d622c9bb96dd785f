"""`python -m benchmarks`: measure the bars, print a table of each, keep the raw samples.

Invariant: each bar is kept as soon as it is measured, and measuring one leaves the others that are kept alone.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from benchmarks.bars import BARS, LONG, measure
from benchmarks.contestants import warm_up
from benchmarks.figures import Report, Results, table
from benchmarks.frozen import programs
from benchmarks.machine import machine, versions

_RESULTS: Final = Path(__file__).resolve().parent / "results.json"


@click.command()
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(BARS)),
    help="Measure only this bar; repeatable.  [default: all but endurance]",
)
@click.option("--rounds", type=click.IntRange(1, 1000), help="Samples of everything.  [default: 1 to 11, by bar]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Where to keep raw samples, bar by bar.  [default: {_RESULTS.name} here, unless --rounds is given]",
)
def main(only: tuple[str, ...], rounds: int | None, output: Path | None) -> None:
    """Measure the bars that quizkit is held to."""
    programs()
    if output is None and rounds is None:
        output = _RESULTS
    warm_up()
    for name in BARS:
        if name in (only or BARS.keys() - LONG):
            report = _measured(name, rounds)
            print(table(report), flush=True)
            if output is not None:
                _keep(report, output)


def _measured(name: str, rounds: int | None) -> Report:
    date, where = datetime.now(UTC).isoformat(timespec="seconds"), machine()
    return Report(date=date, machine=where, versions=versions(), result=measure(name, rounds, _say))


def _keep(report: Report, file: Path) -> None:
    """Put the report in the place of the one that the file holds of the same bar; the other bars stay."""
    known = Results.model_validate_json(file.read_text(encoding="utf-8")) if file.exists() else Results()
    kept = known.with_report(report).model_dump_json(indent=1, exclude_none=True)
    file.write_text(kept + "\n", encoding="utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

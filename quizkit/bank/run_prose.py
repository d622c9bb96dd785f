"""Figures of runs in prose: checked when a bank is loaded, put in when prose is shown. Pure.

`{run:NAME}` is what the run at hand measured, `{run:SOLUTION.NAME}` what a recorded run of that solution did, beside
it; which one that is, `run_figures` decides.
Invariant: no figure is shown that no run has measured.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from quizkit.bank.problem import did_you_mean, quoted
from quizkit.bank.prose import Doubt
from quizkit.model.record import RUN_FIGURES

NOT_MEASURED: Final = "not measured here"
"""Stands where a figure would, if no run has measured it."""

RunFigures = Mapping[str, Mapping[str, str]]
"""What was measured: by solution, and then by name; the run at hand stands under the empty name."""

_RUN: Final = re.compile(r"\{run:([^{}\n]*)\}")


def lint_runs(text: str, solutions: Collection[str]) -> Iterator[Doubt]:
    """Yield references to figures that no run of one of these `solutions` has."""
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _RUN.finditer(line):
            solution, _, name = match.group(1).rpartition(".")
            if solution and solution not in solutions:
                remedy = did_you_mean(solution, solutions, f"choose one of {', '.join(solutions)}")
                yield Doubt(number, match.start() + 1, f"there is no solution {quoted(solution)}", remedy)
            elif name not in RUN_FIGURES:
                known = sorted(RUN_FIGURES)
                remedy = did_you_mean(name, known, f"choose one of {', '.join(known)}")
                yield Doubt(number, match.start() + 1, f"a run has no figure {quoted(name)}", remedy)


def with_runs(text: str, figures: RunFigures) -> str:
    """Return prose with the figures of runs put in, without paragraphs that quote what was not measured.

    Where no other paragraph is left, it says so instead.
    """

    def shown(match: re.Match[str]) -> str:
        solution, _, name = match.group(1).rpartition(".")
        return figures.get(solution, {}).get(name, NOT_MEASURED)

    told = _RUN.sub(shown, text)
    measured = [each for each in told.split("\n\n") if NOT_MEASURED not in each]
    return "\n\n".join(measured) if any(map(str.strip, measured)) else told

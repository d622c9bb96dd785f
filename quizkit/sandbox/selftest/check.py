"""Run the corpus: every trick ends as it must, harms nothing, leaks nothing, changes nothing for the next probe."""

import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from quizkit.model.confinement import FULL, Confinement
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.selftest.cases import Case
from quizkit.sandbox.selftest.world import World, world

HONEST = Probe(
    prelude="import torch\nfrom torch import nn",
    parts=(
        Part(phase="given", source="model = nn.Linear(3, 2)\nprint(model)"),
        Part(phase="forward", source="y = model(torch.randn(4, 3))\nprint(y)"),
    ),
    expectations={"shape": "y.shape == (4, 2)", "finite": "y.isfinite().all()"},
    observe="y.sum()",
)
"""The honest probe: whatever ran before it, its evidence is the same."""


class Runs(Protocol):
    """What a backend must offer."""

    def submit(self, probe: Probe) -> None:
        """Queue a probe."""

    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        """Yield each probe with its evidence."""


@dataclass(frozen=True)
class CaseChecked:
    """What came of one trick."""

    case: Case
    outcome: Outcome | None
    """How it ended; None if it was skipped."""
    problems: tuple[str, ...] = ()
    """What went wrong, in words."""
    skipped: str = ""
    """Why it was not run."""
    lacking: str = ""
    """The layer that would contain it and is not applied here; it was not run for want of it."""


def check(cases: Iterable[Case], pool: Runs, level: Confinement) -> Iterator[CaseChecked]:
    """Run every case and yield what came of it."""
    baseline = _facts(_run(pool, HONEST))
    with world() as at_stake:
        for case in cases:
            if case.machine and case.machine != platform.machine():
                yield CaseChecked(case, None, skipped=f"written for {case.machine}")
                continue
            if case.layer in FULL and case.layer not in level.layers:
                yield CaseChecked(case, None, skipped=f"not contained: no {case.layer} here", lacking=case.layer)
                continue
            evidence = _run(pool, case.probe(at_stake.placeholders()))
            problems = tuple(_problems(case, evidence, at_stake))
            if _facts(_run(pool, HONEST)) != baseline:
                problems += ("the next honest probe gave other evidence",)
            yield CaseChecked(case, evidence.outcome, problems)


def _run(pool: Runs, probe: Probe) -> Evidence:
    pool.submit(probe)
    ((_, evidence),) = list(pool.results())
    return evidence


def _facts(evidence: Evidence) -> dict[str, Any]:
    return evidence.model_dump(exclude={"observed"})


def _problems(case: Case, evidence: Evidence, at_stake: World) -> Iterator[str]:
    if evidence.outcome not in case.outcomes:
        wanted = " or ".join(sorted(case.outcomes))
        yield f"it ended as {evidence.outcome.value}, not as {wanted}: {evidence.reason or evidence.raised or ''}"
    if any(checked.holds for checked in evidence.expectations.values()):
        yield "it made an expectation true that it does not meet"
    if at_stake.secret in evidence.model_dump_json():
        yield "the secret leaked into the evidence"
    yield from at_stake.harm()

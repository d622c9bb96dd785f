"""A solution of an experiment: planned as one probe, judged clause by clause. Pure.

The probe puts the solution through the audit of a real run, for a few steps on made-up images. Invariant: a solution
is proved iff it keeps every clause that it does not declare broken, and breaks every one that it does.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from quizkit.model.contract import CLAUSES, Clause
from quizkit.model.experiment import LoadedSolution
from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe
from quizkit.model.verdict import Finding, FindingKind, Reason
from quizkit.proof.case import Record, admissible
from quizkit.proof.judgement import Judgement, judgement
from quizkit.proof.plan import FIRST_SEED, Planned, Role
from quizkit.proof.standing import describe_raise, doubt_about, ending, program_details

SOLUTION_PREFIX: Final = "solution:"
"""What the name of a solution starts with, where an item's id stands."""

_LIMITS: Final = Limits(cpu_seconds=60, memory_mib=2048)
_AUDIT: Final = "from quizkit.lab.child.synthetic import audit_synthetic"
_REMEDY: Final = "mend the solution, or `breaks` in experiment.yaml"


def plan_solution(loaded: LoadedSolution) -> list[Planned]:
    """Return the one probe of a solution. The audit sets its own seeds, so no other seed can tell anything else."""
    name = loaded.solution.name
    audit = f"kept = audit_synthetic({loaded.source!r}, {loaded.solution.file!r})"
    names = {clause.value: clause.value.replace("-", "_") for clause in CLAUSES}
    unpack = "\n".join(f"{name} = kept[{clause!r}]" for clause, name in names.items())
    probe = Probe(
        parts=(
            Part(phase="setup", source=_AUDIT),
            Part(phase="given", source=audit),
            Part(phase="then", source=unpack),
        ),
        expectations=names,
        seed=FIRST_SEED,
        limits=_LIMITS,
        requires=("scratch",),  # torch writes into its temporary folder, whatever it is asked.
    )
    return [Planned(instance=f"{SOLUTION_PREFIX}{name}", role=Role.PROGRAM, probe=probe)]


def judge_solution(loaded: LoadedSolution, records: Iterable[Record]) -> Judgement:
    """Return the conclusion on a solution."""
    known = list(records)
    if not known:
        return judgement([Finding(kind=Reason.SANDBOX_FAILED, what="no probe was run")])
    return judgement(found for record in known for found in _findings(loaded, record))


def _findings(loaded: LoadedSolution, record: Record) -> Iterator[Finding]:
    planned, came_back = record
    evidence = admissible(planned.probe, came_back)
    if (doubt := doubt_about(evidence)) is not None:
        yield Finding(kind=doubt.reason, what=doubt.why)
        return
    checks = evidence.expectations
    if not checks or any(check.holds is None for check in checks.values()):
        told = describe_raise(evidence.raised) if evidence.raised is not None else ending(evidence)
        details = tuple(program_details(evidence, {}))
        yield Finding(
            kind=FindingKind.FALSE_PREMISE, what=f"the solution cannot be audited: {told}", details=details,
            shown=loaded.source, path=("file",), remedy="mend the solution",
        )  # fmt: skip
        return
    for clause in CLAUSES:
        holds, is_declared = checks[clause.value].holds, clause in loaded.solution.breaks
        if holds is is_declared:
            yield _wrong(loaded, clause, is_kept=bool(holds))


def _wrong(loaded: LoadedSolution, clause: Clause, *, is_kept: bool) -> Finding:
    """Return the finding that a clause is kept or broken, other than declared."""
    solution = loaded.solution
    declared = ", ".join(each.value for each in solution.breaks) or "nothing"
    return Finding(
        kind=FindingKind.DISTRACTOR_HOLDS if is_kept else FindingKind.KEY_FAILS,
        what=f"{solution.name} {'keeps' if is_kept else 'breaks'} {clause.value}",
        details=(f"declared: breaks {declared}",),
        path=("breaks",),
        remedy=_REMEDY,
    )

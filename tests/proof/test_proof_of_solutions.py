"""A solution is proved iff it breaks exactly the clauses that it declares, and a fault of ours proves nothing."""

import pytest

from quizkit.model.contract import CLAUSES, Clause
from quizkit.model.evidence import Checked, Evidence, Outcome, Raise
from quizkit.model.experiment import LoadedSolution, Solution
from quizkit.model.verdict import FindingKind, Reason, Status
from quizkit.proof.case import Record
from quizkit.proof.solution import judge_solution, plan_solution


def solution(*breaks: Clause) -> LoadedSolution:
    return LoadedSolution(
        solution=Solution(file="my_way.py", about="a", breaks=breaks), path="/x", source='"""é\'"""'
    )


def records(loaded: LoadedSolution, *broken: Clause, outcome: Outcome = Outcome.RETURNED) -> list[Record]:
    (planned,) = plan_solution(loaded)
    checks = {clause.value: Checked(holds=clause not in broken) for clause in CLAUSES}
    evidence = Evidence(digest=planned.probe.digest, environment="e", outcome=outcome, expectations=checks)
    return [(planned, evidence)]


def test_the_probe_carries_the_program_as_it_is() -> None:
    (planned,) = plan_solution(solution())
    assert planned.instance == "solution:my-way" and not planned.follows
    scope: dict[str, object] = {"audit_synthetic": lambda source, path: (source, path)}
    exec(planned.probe.parts[1].source, scope)
    assert scope["kept"] == ('"""é\'"""', "my_way.py")
    assert list(planned.probe.expectations) == [clause.value for clause in CLAUSES]


@pytest.mark.parametrize("broken", [(), (Clause.BACKBONE_BUFFERS,), (Clause.TARGET, Clause.HEAD_ON_PATH)])
def test_what_is_declared_and_happens_is_proved(broken: tuple[Clause, ...]) -> None:
    loaded = solution(*broken)
    assert judge_solution(loaded, records(loaded, *broken)).status is Status.PROVED


def test_what_is_broken_without_being_declared_is_refuted() -> None:
    loaded = solution(Clause.TARGET)
    judged = judge_solution(loaded, records(loaded, Clause.TARGET, Clause.BACKBONE_BUFFERS))
    (finding,) = judged.findings
    assert (judged.status, finding.kind) == (Status.REFUTED, FindingKind.KEY_FAILS)
    assert finding.what == "my-way breaks backbone-buffers" and finding.details == ("declared: breaks target",)


def test_what_is_declared_and_kept_is_refuted() -> None:
    loaded = solution(Clause.TARGET)
    (finding,) = judge_solution(loaded, records(loaded)).findings
    assert (finding.kind, finding.what) == (FindingKind.DISTRACTOR_HOLDS, "my-way keeps target")


def test_a_solution_that_cannot_be_audited_is_refuted_whatever_it_declares() -> None:
    loaded = solution(*CLAUSES)
    (planned,) = plan_solution(loaded)
    raised = Raise(type="RunError", message="no prepare", phase="given", line=1)
    evidence = Evidence(digest=planned.probe.digest, environment="e", outcome=Outcome.RAISED, raised=raised)
    (finding,) = judge_solution(loaded, [(planned, evidence)]).findings
    assert finding.kind is FindingKind.FALSE_PREMISE and "RunError during given" in finding.what


def test_a_fault_of_ours_decides_nothing() -> None:
    loaded = solution()
    (planned,) = plan_solution(loaded)
    for came_back in (None, Evidence(digest="other", environment="e", outcome=Outcome.RETURNED)):
        judged = judge_solution(loaded, [(planned, came_back)])
        assert judged.status is Status.UNDECIDED
    judged = judge_solution(loaded, records(loaded, outcome=Outcome.TIMED_OUT))
    assert [finding.kind for finding in judged.findings] == [Reason.TIMED_OUT]
    assert judge_solution(loaded, []).status is Status.UNDECIDED

"""Subjects leave in the order they came, complete, and few are held at a time however large the bank is."""

from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest
from made_up_sandbox import MadeUpPool, bank_of, claim, made_up_pool

from quizkit.model.evidence import Outcome
from quizkit.model.item import Item
from quizkit.model.verdict import Reason, Status, Verdict
from quizkit.proof.cache import EvidenceCache, cache_file
from quizkit.proof.docket import Docket, heard
from quizkit.proof.prove import Prover
from quizkit.proof.subject import Subject, subjects

__all__ = ["made_up_pool"]

LARGE = 300


def verdicts(wanted: Iterable[Subject]) -> Iterator[Verdict]:
    with closing(EvidenceCache(cache_file())) as cache, Prover(cache, 2) as prover:
        for step in heard(wanted, prover):
            if isinstance(step, Docket):
                yield step.verdict()


def of(items: Iterable[Item]) -> list[Subject]:
    return list(subjects(bank_of(*items)))


def names(number: int = LARGE) -> list[str]:
    return [f"item-{each:03}" for each in range(number)]


def test_a_large_bank_is_judged_in_its_order(made_up_pool: MadeUpPool) -> None:
    made_up_pool.drawing = {"item_010", "item_200"}
    told = list(verdicts(of(map(claim, names()))))
    assert [verdict.item for verdict in told] == names()
    assert {verdict.status for verdict in told} == {Status.PROVED}
    assert {verdict.item: verdict.probes for verdict in told if verdict.probes != 3} == {"item-010": 9, "item-200": 9}


def test_subjects_are_planned_as_there_is_room(made_up_pool: MadeUpPool) -> None:
    drawn: list[Subject] = []

    def counted() -> Iterator[Subject]:
        for subject in of(map(claim, names())):
            drawn.append(subject)
            yield subject

    ahead = [len(drawn) - judged for judged, _ in enumerate(verdicts(counted()), 1)]
    assert max(ahead) < 256 < LARGE


def test_what_is_set_aside_holds_nobody_up(made_up_pool: MadeUpPool) -> None:
    made_up_pool.endings = {"item_003": [Outcome.TIMED_OUT]}
    told = list(verdicts(of(map(claim, names(40)))))
    assert [verdict.item for verdict in told] == [name for name in names(40) if name != "item-003"] + ["item-003"]
    assert told[-1].status is Status.PROVED
    assert told[-1].notes == ("1 probe was run twice, the second time alone",)


def test_what_is_complete_is_told_before_anything_is_run_again(made_up_pool: MadeUpPool) -> None:
    made_up_pool.endings = {"x == 2 - 1": [Outcome.TIMED_OUT]}  # Submitted first, so it comes last.
    options = {"one": {"text": "One.", "claim": "x == 2 - 1"}, "two": {"text": "Two.", "claim": "x == 2"}}
    told = verdicts(of([claim("slow", options=options), claim("fast")]))
    assert next(told).item == "fast"
    assert len(made_up_pool.submitted) == 6
    assert next(told).item == "slow"
    assert len(made_up_pool.submitted) == 7


def test_many_set_aside_do_not_stop_the_rest(made_up_pool: MadeUpPool) -> None:
    made_up_pool.endings = {f"{name.replace('-', '_')} ": [Outcome.CRASHED] * 9 for name in names()}
    told = list(verdicts(of(map(claim, [*names(), "last"]))))
    assert len(told) == LARGE + 1
    assert {verdict.status for verdict in told if verdict.item != "last"} == {Status.UNDECIDED}


def test_many_that_need_no_run_pass_through(made_up_pool: MadeUpPool) -> None:
    exempt = [claim(name, exempt="A matter of taste alone.") for name in names(3 * LARGE)]
    told = list(verdicts(of([*exempt, claim("last")])))
    assert [verdict.item for verdict in told] == [*names(3 * LARGE), "last"]
    assert [verdict.status for verdict in told[-2:]] == [Status.EXEMPT, Status.PROVED]


def test_what_needs_something_else_is_not_run(made_up_pool: MadeUpPool) -> None:
    (told,) = verdicts(of([claim("late", requires=["torch>=99"])]))
    assert told.needs_environment
    assert "torch>=99 is needed" in told.findings[0].what
    assert not made_up_pool.is_started


def test_with_a_barrier_nothing_is_run(made_up_pool: MadeUpPool) -> None:
    with closing(EvidenceCache(cache_file())) as cache, Prover(cache, 1) as prover:
        (docket,) = heard(of([claim("any")]), prover, (), ("a wall is in the way", "go round it"))
    assert isinstance(docket, Docket)
    assert docket.verdict().findings[0].remedy == "go round it"
    assert not made_up_pool.is_started


def test_a_result_that_never_comes_is_our_fault_and_ends_nothing(
    made_up_pool: MadeUpPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Prover, "next_result", lambda self: self._pending.clear())
    (told,) = verdicts(of([claim("lost")]))
    assert told.status is Status.UNDECIDED
    assert {finding.kind for finding in told.findings} == {Reason.SANDBOX_FAILED}


def test_items_that_share_a_probe_both_get_it(made_up_pool: MadeUpPool) -> None:
    first, second = (claim(name, given="x = 1") for name in ("first", "second"))
    assert [verdict.status for verdict in verdicts(of([first, second]))] == [Status.PROVED] * 2
    assert len(made_up_pool.submitted) == 3

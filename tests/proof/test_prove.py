"""Each experiment is run once, whoever asks; what a busy machine may cause is run once more, last and alone."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest
from made_up_sandbox import MadeUpPool, made_up_pool

from quizkit.model.evidence import Outcome
from quizkit.model.probe import Part, Probe
from quizkit.proof.cache import EvidenceCache, cache_file
from quizkit.proof.prove import Prover, Result

__all__ = ["made_up_pool"]

TWICE: Final = (Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY, Outcome.SANDBOX_FAILED)


def probe(name: str) -> Probe:
    return Probe(parts=(Part(phase="given", source=name),))


@pytest.fixture
def cache(made_up_pool: MadeUpPool) -> Iterator[EvidenceCache]:
    with closing(EvidenceCache(cache_file())) as cache:
        yield cache


def drained(prover: Prover) -> list[Result]:
    found = []
    while prover.pending:
        found.append(prover.next_result())
    return [result for result in found if result is not None]


def run_before(cache: EvidenceCache, *probes: Probe) -> None:
    with Prover(cache, 1) as prover:
        prover.request(probes)
        drained(prover)


def names(pool: MadeUpPool) -> list[str]:
    return [probe.parts[0].source for probe in pool.submitted]


def test_a_probe_that_two_ask_for_is_run_once_and_comes_back_once(
    made_up_pool: MadeUpPool, cache: EvidenceCache
) -> None:
    with Prover(cache, 1) as prover:
        prover.request([probe("a"), probe("b")])
        prover.request([probe("a")])
        assert len(drained(prover)) == 2
    assert sorted(names(made_up_pool)) == ["a", "b"]


def test_a_cached_probe_that_two_ask_for_comes_back_once(made_up_pool: MadeUpPool, cache: EvidenceCache) -> None:
    run_before(cache, probe("a"))
    with Prover(cache, 1) as prover:
        prover.request([probe("a")])
        prover.request([probe("a")])
        assert [result.is_cached for result in drained(prover)] == [True]


def test_nothing_is_started_for_what_the_cache_has(made_up_pool: MadeUpPool, cache: EvidenceCache) -> None:
    run_before(cache, probe("a"))
    made_up_pool.is_started = False
    with Prover(cache, 1) as prover:
        prover.request([probe("a")])
        drained(prover)
    assert not made_up_pool.is_started


def test_a_fresh_run_uses_its_own_evidence_and_no_older(made_up_pool: MadeUpPool, cache: EvidenceCache) -> None:
    run_before(cache, probe("a"))
    with Prover(cache, 1, is_fresh=True) as prover:
        for _ in range(2):
            prover.request([probe("a")])
            assert [result.is_cached for result in drained(prover)] == [False]
    assert names(made_up_pool) == ["a", "a"], "once before, once in the fresh run"


@pytest.mark.parametrize("outcome", TWICE)
def test_what_a_busy_machine_may_cause_is_run_again_last_and_alone(
    made_up_pool: MadeUpPool, cache: EvidenceCache, outcome: Outcome
) -> None:
    made_up_pool.endings = {"slow": [outcome], "late": [outcome]}
    with Prover(cache, 4) as prover:
        prover.request([probe("slow"), probe("late"), *(probe(str(n)) for n in range(4))])
        results = drained(prover)
    assert set(names(made_up_pool)[6:]) == {"slow", "late"}
    assert made_up_pool.company[6:] == [0, 0]
    assert [result.was_run_again for result in results] == [False] * 4 + [True] * 2
    assert {result.evidence.outcome for result in results} == {Outcome.RETURNED}


@pytest.mark.parametrize("outcome", TWICE)
def test_the_second_time_is_believed_and_not_kept(
    made_up_pool: MadeUpPool, cache: EvidenceCache, outcome: Outcome
) -> None:
    made_up_pool.endings = {"slow": [outcome, outcome]}
    with Prover(cache, 1) as prover:
        prover.request([probe("slow")])
        (result,) = drained(prover)
    assert result.evidence.outcome is outcome
    assert len(made_up_pool.submitted) == 2
    assert not cache.find([probe("slow").digest])


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in TWICE])
def test_no_other_end_is_tried_again(made_up_pool: MadeUpPool, cache: EvidenceCache, outcome: Outcome) -> None:
    made_up_pool.endings = {"a": [outcome]}
    with Prover(cache, 1) as prover:
        prover.request([probe("a")])
        (result,) = drained(prover)
    assert not result.was_run_again
    assert len(made_up_pool.submitted) == 1


def test_a_probe_set_aside_is_pending_and_not_submitted_by_another_asker(
    made_up_pool: MadeUpPool, cache: EvidenceCache
) -> None:
    made_up_pool.endings = {"slow": [Outcome.TIMED_OUT]}
    with Prover(cache, 1) as prover:
        prover.request([probe("fast"), probe("slow")])
        assert prover.next_result() is None, "slow was put aside"
        first = prover.next_result()
        assert first is not None
        assert first.evidence.digest == probe("fast").digest
        assert prover.pending == prover.set_aside == {probe("slow").digest}
        prover.request([probe("slow")])
        assert len(drained(prover)) == 1
    assert names(made_up_pool).count("slow") == 2

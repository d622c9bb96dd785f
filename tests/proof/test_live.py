"""Live runs are futures: they can be stopped, an item's whole proof is run again, and a difference is told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up_sandbox import MadeUpPool, bank_of, claim, made_up_pool

from quizkit.errors import UsageError
from quizkit.model.confinement import FULL, Confinement
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Part, Probe
from quizkit.proof.books import Request
from quizkit.proof.live import Live, Rerun, StoppedError
from quizkit.proof.verify import verification

__all__ = ["made_up_pool"]

OWN = bank_of()


class Pool:
    """A made-up pool as live runs use one: closed and interrupted from outside."""

    def __init__(self, made_up: MadeUpPool) -> None:
        self.made_up = made_up
        self.is_closed = False
        self.interrupted = threading.Event()

    def submit(self, probe: Probe) -> None:
        self.made_up.submit(probe)

    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        if any("endless" in part.source for part in self.made_up.submitted[-1].parts):
            self.interrupted.wait(60)
        return self.made_up.results()

    def interrupt(self) -> None:
        self.interrupted.set()

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def pools() -> list[Pool]:
    return []


@pytest.fixture
def live(made_up_pool: MadeUpPool, pools: list[Pool]) -> Iterator[Live]:
    def start(jobs: int) -> Pool:
        pools.append(Pool(made_up_pool))
        return pools[-1]

    live = Live(start)  # type: ignore[arg-type]
    yield live
    live.close()
    assert all(pool.is_closed for pool in pools)


def program(text: str) -> Probe:
    return Probe(parts=(Part(phase="given", source=text),))


def test_a_run_gives_evidence_and_the_sandbox_is_kept_for_the_next(live: Live, pools: list[Pool]) -> None:
    assert not pools
    assert live.run(OWN, program("x = 1")).result(60).outcome is Outcome.RETURNED
    assert live.run(OWN, program("x = 2")).result(60).digest == program("x = 2").digest
    assert len(pools) == 1


def test_what_is_stopped_says_so_and_the_next_run_has_a_new_sandbox(live: Live, pools: list[Pool]) -> None:
    running, waiting = live.run(OWN, program("endless")), live.run(OWN, program("x = 1"))
    while not pools:
        pass
    live.stop()
    for future in (running, waiting):
        with pytest.raises(StoppedError):
            future.result(60)
    assert live.run(OWN, program("x = 1")).result(60).outcome is Outcome.RETURNED
    assert [pool.is_closed for pool in pools] == [True, False]


def test_a_proof_that_is_run_again_is_compared_with_the_lock(
    live: Live, made_up_pool: MadeUpPool, tmp_path: Path
) -> None:
    made_up_pool.drawing = {"item"}
    bank = bank_of(claim("item"), folder=tmp_path)
    list(verification(lambda: bank, Request(is_updating=True)))
    told: list[Rerun] = []
    assert live.rerun(bank, "item", told.append).result(60) == 0
    assert [(each.done, each.total) for each in told][-1] == (9, 9)
    assert all(each.is_locked and each.locked is None for each in told)
    lock = tmp_path / "proofs.lock"
    lock.write_text(lock.read_text().replace('"holds": true', '"holds": false'))
    assert live.rerun(bank, "item", told.append).result(60) == 3
    assert told[-1].locked is not None or any(each.locked for each in told[9:])


def test_what_was_never_locked_is_told_apart(live: Live, tmp_path: Path) -> None:
    told: list[Rerun] = []
    bank = bank_of(claim("item"), folder=tmp_path)
    assert live.rerun(bank, "item", told.append).result(60) == 0
    assert told and not any(each.is_locked for each in told)


def test_nothing_of_a_foreign_bank_runs_where_it_is_not_confined(
    live: Live, pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizkit.proof.live.confinement", lambda: Confinement(layers=()))
    foreign = bank_of(claim("item"), is_own=False)
    for future in (live.run(foreign, program("x = 1")), live.rerun(foreign, "item", print)):
        with pytest.raises(UsageError, match=r"does not confine it fully .*quizkit verify --trust"):
            future.result(60)
    assert not pools
    monkeypatch.setattr("quizkit.proof.live.confinement", lambda: Confinement(layers=FULL))
    assert live.run(foreign, program("x = 1")).result(60).outcome is Outcome.RETURNED

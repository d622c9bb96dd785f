"""The portable sandbox, forced on this platform: the same contract, where its bounds reach."""

import pytest

from quizkit.model.confinement import Confinement
from quizkit.model.evidence import Evidence
from quizkit.model.probe import Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.portable_pool import PortablePool
from quizkit.sandbox.selftest.cases import cases
from quizkit.sandbox.selftest.check import HONEST, check
from quizkit.sandbox.start import FORCED, confinement, is_portable, start_pool

CASES = ("break-builtins", "daemon", "fill-scratch", "flood-stdout", "loop-forever", "remove-own-home")


def _run(pool: Pool, probe: Probe) -> Evidence:
    pool.submit(probe)
    [(_, evidence)] = pool.results()
    return evidence


def test_tricks_within_its_reach_are_contained() -> None:
    chosen = [case for case in cases() if case.name in CASES]
    with PortablePool(2) as pool:
        checked = list(check(chosen, pool, Confinement(layers=())))
    assert {each.case.name: each.problems for each in checked if each.problems} == {}
    assert [each.case.name for each in checked if each.skipped] == ["daemon"]


def test_evidence_is_that_of_the_other_sandbox(pool: Pool) -> None:
    with PortablePool(1) as portable:
        here = _run(portable, HONEST)
    assert here.model_dump(exclude={"observed"}) == _run(pool, HONEST).model_dump(exclude={"observed"})


def test_it_is_chosen_by_name_and_confines_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCED, "portable")
    assert is_portable()
    assert not confinement().is_full
    with start_pool(1) as pool:
        assert isinstance(pool, PortablePool)

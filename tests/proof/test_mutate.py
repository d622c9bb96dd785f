"""The fate of mutants, judged by running them: killed, survived, equivalent, undecided, stillborn."""

from pathlib import Path

import pytest
from made_up_sandbox import MadeUpPool, bank_of, claim, made_up_pool

from quizkit.errors import ExitCode, UsageError
from quizkit.model.bank import Bank, Fact, Pattern
from quizkit.model.confinement import FULL, Confinement
from quizkit.model.event import MutantJudged, MutationFinished
from quizkit.model.evidence import Outcome
from quizkit.model.item import Item
from quizkit.proof.books import Request
from quizkit.proof.verify import mutation

__all__ = ["made_up_pool"]

WEAK = claim("weak", options={"one": {"text": "One.", "claim": "x < 9"}, "two": {"text": "Two.", "claim": "x == 2"}})
"""A claim that one more makes no less true."""


def mutate(*items: Item, seeds: tuple[int, ...] = ()) -> tuple[list[MutantJudged], MutationFinished]:
    *told, last = mutation(lambda: bank_of(*items), Request(seeds=seeds))
    assert isinstance(last, MutationFinished)
    return [event for event in told if isinstance(event, MutantJudged)], last


def fates(told: list[MutantJudged]) -> list[tuple[str, str]]:
    return [(event.operator, event.fate) for event in told]


def test_every_lie_about_a_sharp_item_is_killed(made_up_pool: MadeUpPool) -> None:
    told, last = mutate(claim("sharp"))
    assert fates(told) == [("flip-key", "killed"), ("swap-options", "killed"), ("change-integer", "killed")]
    assert last.exit_code is ExitCode.PROVED
    assert set(told[0].by) == {"key-fails", "distractor-holds"}


def test_a_lie_that_is_proved_on_other_evidence_survives(made_up_pool: MadeUpPool) -> None:
    sharp = claim("sharp", expect={"bound": "x is not None", "one": "x > -1"})
    told, last = mutate(sharp)
    assert ("drop-expectation", "survived") in fates(told)
    assert last.exit_code is ExitCode.REFUTED


def test_a_lie_that_is_proved_on_the_very_same_evidence_is_equivalent(made_up_pool: MadeUpPool) -> None:
    told, last = mutate(WEAK)
    (change,) = [event for event in told if event.operator == "change-integer"]
    assert change.fate == "equivalent"
    assert change.description == "'x < 10' instead of 'x < 9'"
    assert last.exit_code is ExitCode.PROVED
    assert {counts.operator: counts.equivalent for counts in last.counts}["change-integer"] == 1


def test_a_mutant_that_cannot_be_judged_leaves_it_open(made_up_pool: MadeUpPool) -> None:
    asked = claim(
        "slow", options={"one": {"text": "A.", "claim": "x != 2"}, "two": {"text": "B.", "claim": "x == 2"}}
    )
    made_up_pool.endings = {"x != 3": [Outcome.TIMED_OUT] * 2}
    told, last = mutate(asked)
    (change,) = [event for event in told if event.operator == "change-integer"]
    assert (change.fate, change.by) == ("undecided", ("timed-out",))
    assert last.exit_code is ExitCode.UNDECIDED


def test_only_what_is_proved_is_mutated_and_the_rest_is_named(made_up_pool: MadeUpPool) -> None:
    made_up_pool.endings = {"slow": [Outcome.TIMED_OUT] * 9}
    told, last = mutate(claim("wrong", "two"), claim("slow"), claim("taste", exempt="A matter of taste alone."))
    assert told == []
    assert sorted(last.notes) == [
        "slow is undecided itself, so it was not mutated",
        "wrong is refuted itself, so it was not mutated",
    ]
    assert last.exit_code is ExitCode.REFUTED


def test_a_refuted_item_is_never_hidden_by_killed_mutants(made_up_pool: MadeUpPool) -> None:
    _, last = mutate(claim("sharp"), claim("wrong", "two"))
    assert last.exit_code is ExitCode.REFUTED


def test_nothing_to_mutate_shows_nothing(made_up_pool: MadeUpPool) -> None:
    told, last = mutate()
    assert told == []
    assert last.exit_code is ExitCode.NOTHING


def test_facts_have_no_key_to_lie_about(made_up_pool: MadeUpPool) -> None:
    bank = bank_of(claim("sharp"))
    pattern = Pattern(id="small", title="Small", facts={"one": Fact(value="1")})
    with_fact = Bank(patterns=(bank.patterns[0].model_copy(update={"pattern": pattern}),), is_own=True)
    *told, _ = mutation(lambda: with_fact, Request())
    assert {event.item for event in told if isinstance(event, MutantJudged)} == {"sharp"}


def test_mutants_run_under_the_seeds_of_the_request(made_up_pool: MadeUpPool) -> None:
    mutate(claim("sharp"), seeds=(7,))
    assert {probe.seed for probe in made_up_pool.submitted} == {7}


def test_an_instance_is_compared_with_its_own_evidence(made_up_pool: MadeUpPool) -> None:
    varied = WEAK.model_copy(update={"variants": {"n": ("1", "2")}, "setup": "n = $n"})
    told, _ = mutate(varied)
    assert [(event.item, event.fate) for event in told if event.operator == "change-integer"] == [
        ("weak?n=1", "equivalent"),
        ("weak?n=2", "equivalent"),
    ]


def test_foreign_content_is_not_mutated_where_it_cannot_be_confined(
    made_up_pool: MadeUpPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizkit.proof.verify.confinement", lambda: Confinement(layers=()))
    bank = bank_of(claim("any"), folder=Path("nowhere"), is_own=False)
    with pytest.raises(UsageError, match="--trust"):
        list(mutation(lambda: bank, Request()))
    assert not made_up_pool.is_started


def test_a_layer_that_is_missing_is_named(made_up_pool: MadeUpPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizkit.proof.mutate.confinement", lambda: Confinement(layers=FULL[:-1]))
    _, last = mutate(claim("sharp"))
    assert last.notes[0] == f"sandbox partial: without {FULL[-1]}"

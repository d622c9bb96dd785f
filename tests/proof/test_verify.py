"""A bank -> events and exit code: what is selected, counted, locked and noted, with a made-up sandbox."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from made_up_sandbox import MadeUpPool, bank_of, claim, made_up_pool, pattern_of

from quizkit.errors import ExitCode, UsageError
from quizkit.model.bank import Bank
from quizkit.model.confinement import FULL, Confinement
from quizkit.model.event import (
    DriftFound,
    ItemJudged,
    ProbeFinished,
    VerificationFinished,
    VerificationStarted,
    VerifyEvent,
)
from quizkit.model.evidence import Outcome
from quizkit.model.item import Item
from quizkit.proof.books import Request, exit_code
from quizkit.proof.verify import verification

__all__ = ["made_up_pool"]

TASTE = "A matter of taste alone."


def events(bank: Bank, **asked: Any) -> list[VerifyEvent]:
    return list(verification(lambda: bank, Request(**asked)))


def verify(bank: Bank, **asked: Any) -> VerificationFinished:
    last = events(bank, **asked)[-1]
    assert isinstance(last, VerificationFinished)
    return last


def judged(told: list[VerifyEvent]) -> list[str]:
    return [event.verdict.item for event in told if isinstance(event, ItemJudged)]


def lock_of(folder: Path) -> list[dict[str, Any]]:
    file = folder / "proofs.lock"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def write(folder: Path, lines: list[dict[str, Any]]) -> None:
    (folder / "proofs.lock").write_text("".join(json.dumps(line) + "\n" for line in lines))


def notes(finished: VerificationFinished) -> str:
    return "\n".join(finished.notes)


@pytest.mark.parametrize(
    ("items", "asked", "code"),
    [
        ([claim("right")], {}, ExitCode.PROVED),
        ([claim("right"), claim("wrong", "two")], {}, ExitCode.REFUTED),
        ([claim("slow"), claim("wrong", "two")], {}, ExitCode.REFUTED),
        ([claim("slow"), claim("right")], {}, ExitCode.UNDECIDED),
        ([claim("slow")], {}, ExitCode.UNDECIDED),
        ([], {}, ExitCode.NOTHING),
        ([claim("taste", exempt=TASTE)], {}, ExitCode.NOTHING),
        ([claim("late", requires=["torch>=99"])], {}, ExitCode.NOTHING),
        ([claim("taste", exempt=TASTE), claim("right")], {}, ExitCode.PROVED),
        ([claim("taste", exempt=TASTE), claim("right")], {"is_strict": True}, ExitCode.UNDECIDED),
        ([claim("late", requires=["torch>=99"]), claim("right")], {}, ExitCode.PROVED),
        ([claim("late", requires=["torch>=99"]), claim("right")], {"is_strict": True}, ExitCode.UNDECIDED),
        ([claim("right")], {"is_strict": True}, ExitCode.PROVED),
        ([claim("right")], {"is_locked": True}, ExitCode.USAGE),
        ([claim("right"), claim("wrong", "two")], {"is_locked": True}, ExitCode.REFUTED),
        ([claim("slow"), claim("right")], {"is_locked": True}, ExitCode.USAGE),
    ],
)
def test_the_worst_verdict_decides_the_exit_code(
    made_up_pool: MadeUpPool, tmp_path: Path, items: list[Item], asked: dict[str, Any], code: ExitCode
) -> None:
    made_up_pool.endings = {"slow": [Outcome.TIMED_OUT] * 9}
    assert verify(bank_of(*items, folder=tmp_path), **asked).exit_code is code


def test_drift_fails_only_if_it_is_asked_to() -> None:
    counts = Counter(proved=1, drift=1)
    assert exit_code(counts, Request(), is_lock_stale=False) is ExitCode.PROVED
    assert exit_code(counts, Request(fails_on_drift=True), is_lock_stale=False) is ExitCode.REFUTED


def test_events_tell_what_is_planned_and_what_came(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    bank = bank_of(claim("first"), claim("second", "two"), folder=tmp_path)
    first, *rest, last = events(bank)
    assert isinstance(first, VerificationStarted)
    assert first.items == 2
    probes = [event for event in rest if isinstance(event, ProbeFinished)]
    assert [event.finished for event in probes] == [1, 2, 3, 4, 5, 6]
    assert {event.planned for event in probes} == {6}
    assert isinstance(last, VerificationFinished)
    assert (last.proved, last.refuted, last.probes, last.cached) == (1, 1, 6, 0)


def test_a_second_verification_is_all_from_the_cache(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    bank = bank_of(claim("first"), folder=tmp_path)
    verify(bank)
    made_up_pool.is_started = False
    again = verify(bank)
    assert (again.proved, again.probes, again.cached) == (1, 3, 3)
    assert not made_up_pool.is_started


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (("second",), ["second"]),
        (("third", "first"), ["first", "third"]),
        (("*ir*",), ["first", "third"]),
        (("varied",), ["varied"]),
        (("varied?n=2",), ["varied"]),
    ],
)
def test_only_takes_ids_and_patterns_and_keeps_the_banks_order(
    made_up_pool: MadeUpPool, tmp_path: Path, only: tuple[str, ...], found: list[str]
) -> None:
    varied = claim("varied", setup="n = $n", variants={"n": ["1", "2"]})
    bank = bank_of(claim("first"), claim("second"), claim("third"), varied, folder=tmp_path)
    assert judged(events(bank, only=only)) == found


def test_an_unknown_id_is_told_with_what_may_be_meant() -> None:
    bank = bank_of(claim("resnet-head"))
    with pytest.raises(UsageError, match="did you mean resnet-head"):
        events(bank, only=("resnet-haed",))
    with pytest.raises(UsageError, match="quizkit list"):
        events(bank, only=("zzz",))


def test_seeds_of_the_request_are_the_only_ones(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    made_up_pool.drawing = {"random"}
    verify(bank_of(claim("random", seeds=[5]), folder=tmp_path), seeds=(7, 8))
    assert {probe.seed for probe in made_up_pool.submitted} == {7, 8}


def foreign(level: Confinement, monkeypatch: pytest.MonkeyPatch, **asked: Any) -> list[VerifyEvent]:
    monkeypatch.setattr("quizkit.proof.verify.confinement", lambda: level)
    return events(bank_of(claim("any"), folder=Path("nowhere"), is_own=False), **asked)


def test_foreign_content_is_not_run_where_it_cannot_be_confined(
    made_up_pool: MadeUpPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = foreign(Confinement(layers=FULL[:-1]), monkeypatch)
    (verdict,) = [event.verdict for event in told if isinstance(event, ItemJudged)]
    assert verdict.needs_environment
    assert FULL[-1] in verdict.findings[0].what
    assert "--trust" in verdict.findings[0].remedy
    assert isinstance(told[-1], VerificationFinished)
    assert told[-1].exit_code is ExitCode.NOTHING
    assert not made_up_pool.is_started


@pytest.mark.parametrize(
    ("layers", "asked"), [(FULL, {}), (FULL[:-1], {"is_trusted": True})], ids=["confined", "trusted"]
)
def test_foreign_content_is_run_where_it_is_confined_or_trusted(
    made_up_pool: MadeUpPool, monkeypatch: pytest.MonkeyPatch, layers: tuple[str, ...], asked: dict[str, Any]
) -> None:
    last = foreign(Confinement(layers=layers), monkeypatch, **asked)[-1]
    assert isinstance(last, VerificationFinished)
    assert last.exit_code is ExitCode.PROVED


# Locks


def test_an_update_locks_what_is_proved_and_nothing_else(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    made_up_pool.endings = {"slow": [Outcome.TIMED_OUT] * 9}
    bank = bank_of(claim("right"), claim("wrong", "two"), claim("slow"), folder=tmp_path)
    assert "proofs.lock was written: 3 lines" in notes(verify(bank, is_updating=True))
    right = verify(bank_of(claim("right"), folder=tmp_path), is_locked=True)
    assert right.exit_code is ExitCode.PROVED
    assert right.notes == ()


def test_an_update_twice_writes_nothing_the_second_time(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    made_up_pool.drawing = {"right"}
    bank = bank_of(claim("right"), folder=tmp_path)
    verify(bank, is_updating=True)
    before = (tmp_path / "proofs.lock").stat()
    assert verify(bank, is_updating=True, is_fresh=True).notes == ()
    assert (tmp_path / "proofs.lock").stat().st_mtime_ns == before.st_mtime_ns
    assert len(lock_of(tmp_path)) == 9


def test_an_update_of_one_item_keeps_the_proofs_of_the_others(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    bank = bank_of(claim("first"), claim("second"), folder=tmp_path)
    verify(bank, is_updating=True)
    whole = lock_of(tmp_path)
    verify(bank, is_updating=True, only=("second",))
    assert lock_of(tmp_path) == whole
    assert verify(bank, is_locked=True).exit_code is ExitCode.PROVED


def test_an_update_drops_proofs_of_what_the_bank_has_no_more(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    verify(bank_of(claim("first"), claim("second"), folder=tmp_path), is_updating=True)
    left = bank_of(claim("second"), folder=tmp_path)
    stale = verify(left, is_locked=True)
    assert stale.exit_code is ExitCode.USAGE
    assert "speaks of 3 probes that are not in this bank" in notes(stale)
    verify(left, is_updating=True)
    assert verify(left, is_locked=True).exit_code is ExitCode.PROVED


def test_a_lock_beside_no_items_is_stale_too(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    verify(bank_of(claim("gone"), folder=other), is_updating=True)
    right = pattern_of(claim("right"), folder=tmp_path)
    bank = Bank(patterns=(right, pattern_of(folder=other, name="other")), is_own=True)
    verify(bank, is_updating=True)
    assert lock_of(other) == []
    assert verify(bank, is_locked=True).exit_code is ExitCode.PROVED


def test_a_lock_without_a_proof_is_a_note_and_under_locked_an_error(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    first, right = bank_of(claim("first"), folder=tmp_path), bank_of(claim("item-0"), folder=tmp_path)
    assert notes(verify(first)) == "there is no proofs.lock yet; `quizkit verify --update` adds it"
    assert notes(verify(right, is_locked=True)) == "there is no proofs.lock yet; run `quizkit verify --update`"
    verify(first, is_updating=True)
    bank = bank_of(*(claim(name) for name in ("first", *(f"item-{n}" for n in range(7)))), folder=tmp_path)
    assert notes(verify(bank)) == (
        "proofs.lock has no proof of item-0, item-1, item-2, item-3, item-4 and 2 more; "
        "`quizkit verify --update` adds it"
    )


def test_a_corrupt_lock_is_a_note_and_under_locked_an_error(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    bank = bank_of(claim("right"), folder=tmp_path)
    verify(bank, is_updating=True)
    with (tmp_path / "proofs.lock").open("a") as file:
        file.write("so it is\n")
    for asked, code in ({}, ExitCode.PROVED), ({"is_locked": True}, ExitCode.USAGE):
        told = verify(bank, **asked)
        assert told.exit_code is code
        assert notes(told).count("line 4 is no proof") == 1
    verify(bank, is_updating=True)
    assert verify(bank, is_locked=True).exit_code is ExitCode.PROVED


def forged(folder: Path, bank: Bank) -> None:
    """Lock `bank`, then let every line say the contrary."""
    verify(bank, is_updating=True)
    lines = lock_of(folder)
    for line in lines:
        if "claim" in line:
            line["claim"]["holds"] = not line["claim"]["holds"]
    write(folder, lines)


def test_other_evidence_than_the_lock_has_is_drift_and_moves_no_verdict(
    made_up_pool: MadeUpPool, tmp_path: Path
) -> None:
    bank = bank_of(claim("right"), folder=tmp_path)
    forged(tmp_path, bank)
    told = events(bank)
    drift = [event for event in told if isinstance(event, DriftFound)]
    assert [(event.item, event.locked, event.measured) for event in drift] == [
        ("right", "returned\nclaim: False", "returned\nclaim: True"),
        ("right", "returned\nclaim: True", "returned\nclaim: False"),
    ]
    assert isinstance(told[-1], VerificationFinished)
    assert (told[-1].proved, told[-1].drift, told[-1].exit_code) == (1, 2, ExitCode.PROVED)
    assert verify(bank, fails_on_drift=True).exit_code is ExitCode.REFUTED


def test_a_forged_lock_on_a_lie_says_nothing_and_an_update_clears_it(
    made_up_pool: MadeUpPool, tmp_path: Path
) -> None:
    lie = bank_of(claim("lie", "two"), folder=tmp_path)
    truth = bank_of(claim("lie"), folder=tmp_path)
    forged(tmp_path, truth)
    assert len(lock_of(tmp_path)) == 3
    told = events(lie)
    assert not [event for event in told if isinstance(event, DriftFound)]
    assert isinstance(told[-1], VerificationFinished)
    assert told[-1].exit_code is ExitCode.REFUTED
    assert verify(lie, is_updating=True).exit_code is ExitCode.REFUTED
    assert [line for line in lock_of(tmp_path) if "claim" in line] == []

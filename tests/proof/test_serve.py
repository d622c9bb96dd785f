"""What is shown without running anything: what was measured here first, then what the lock says, judged anew."""

from pathlib import Path

import pytest
from made_up_sandbox import MadeUpPool, bank_of, claim, made_up_pool

from quizkit.errors import UsageError
from quizkit.model.bank import Bank
from quizkit.model.item import Item
from quizkit.model.verdict import Status
from quizkit.proof.books import Request
from quizkit.proof.cache import cache_file
from quizkit.proof.serve import catalogue, exhibition
from quizkit.proof.verify import verification

__all__ = ["made_up_pool"]


def verify(bank: Bank, *, is_updating: bool = False) -> None:
    list(verification(lambda: bank, Request(is_updating=is_updating)))


def shown(bank: Bank) -> dict[str, Status]:
    return {each.verdict.item: each.verdict.status for _, every in catalogue(bank) for each in every}


def forget() -> None:
    file = cache_file()
    assert file is not None
    file.unlink()


def test_what_was_never_run_is_undecided_and_nothing_is_started(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    bank = bank_of(claim("new"), claim("taste", exempt="A matter of taste alone."), folder=tmp_path)
    assert shown(bank) == {"new": Status.UNDECIDED, "taste": Status.EXEMPT}
    assert not made_up_pool.is_started


def test_what_the_lock_proves_is_shown_without_a_cache(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    made_up_pool.drawing = {"right"}
    bank = bank_of(claim("right"), folder=tmp_path)
    verify(bank, is_updating=True)
    forget()
    assert shown(bank) == {"right": Status.PROVED}
    _, proof = exhibition(bank, "right")
    assert sorted(f"{each.name} seed {each.seed}" for each in proof.exhibits) == sorted(
        f"right {role} seed {seed}" for role in ("premise", "claim one", "claim two") for seed in (0, 1, 2)
    )


def test_a_lock_is_judged_and_not_believed(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    verify(bank_of(claim("item"), folder=tmp_path), is_updating=True)
    forget()
    assert shown(bank_of(claim("item", "two"), folder=tmp_path)) == {"item": Status.REFUTED}


def test_what_was_measured_here_comes_before_the_lock(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    lie, file = bank_of(claim("lie", "two"), folder=tmp_path), tmp_path / "proofs.lock"
    verify(bank_of(claim("lie"), folder=tmp_path), is_updating=True)
    text = file.read_text()
    file.write_text(text.replace("true", "other").replace("false", "true").replace("other", "false"))
    assert shown(lie) == {"lie": Status.REFUTED}
    forget()
    assert shown(lie) == {"lie": Status.PROVED}, "this is all that a forged lock can do, until the item is verified"
    verify(lie)
    assert shown(lie) == {"lie": Status.REFUTED}


def test_one_item_is_found_by_its_id_and_a_pattern_must_name_one(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    bank = bank_of(claim("first"), claim("second"), folder=tmp_path)
    content, proof = exhibition(bank, "sec*")
    assert content == claim("second")
    assert proof.verdict.item == "second"
    with pytest.raises(UsageError, match="names 2 items"):
        exhibition(bank, "*s*")
    with pytest.raises(UsageError, match="did you mean first"):
        exhibition(bank, "frist")


def test_a_copy_of_an_item_has_a_proof_of_its_own(made_up_pool: MadeUpPool, tmp_path: Path) -> None:
    def bank(item: Item) -> Bank:
        return bank_of(item, folder=tmp_path)

    verify(bank(claim("item", then="y = 1")), is_updating=True)
    assert shown(bank(claim("item", then="y = 2"))) == {"item": Status.UNDECIDED}
    assert shown(bank(claim("item", then="y = 1", stem="Asked otherwise?"))) == {"item": Status.PROVED}

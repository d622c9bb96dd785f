"""proofs.lock: what an update keeps, adds and drops, and what a file that is no lock is told as."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from quizkit.errors import UsageError
from quizkit.model.evidence import Checked, Evidence, Outcome
from quizkit.model.probe import Probe
from quizkit.proof.line import Line, line_of
from quizkit.proof.lock import Lock, write_lock


def line(digest: str, environment: str = "here", holds: bool = True, **facts: Any) -> Line:
    evidence = Evidence(
        digest=digest, environment=environment, outcome=Outcome.RETURNED, claim=Checked(holds=holds), **facts
    )
    return line_of(Probe(), evidence)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "proofs.lock"


def lock(file: Path, *lines: Line) -> Lock:
    write_lock(file, lines)
    return Lock(file)


def test_lines_are_sorted_and_one_to_a_probe(file: Path) -> None:
    written = lock(file).updated([line("b"), line("a"), line("b")], [], {"a", "b"})
    assert [each["digest"] for each in written] == ["a", "b"]
    write_lock(file, written)
    assert [json.loads(raw) for raw in file.read_text().splitlines()] == written


def test_an_equivalent_line_stays_as_it_was(file: Path) -> None:
    old = line("a", "there")
    assert lock(file, old).updated([line("a", "here")], [], {"a"}) == [old]


def test_other_facts_of_another_environment_stand_beside_each_other(file: Path) -> None:
    old, new = line("a", "there"), line("a", "here", holds=False)
    assert lock(file, old).updated([new], [], {"a"}) == [new, old]


def test_other_facts_of_the_same_environment_take_the_place_of_the_old_ones(file: Path) -> None:
    new = line("a", holds=False)
    assert lock(file, line("a")).updated([new], [], {"a"}) == [new]


def test_a_probe_that_the_bank_has_no_more_is_dropped(file: Path) -> None:
    assert lock(file, line("gone"), line("a")).updated([], [], {"a"}) == [line("a")]


def test_what_was_not_verified_this_time_is_kept(file: Path) -> None:
    kept = line("not asked for")
    assert lock(file, kept).updated([line("a")], [], {"a", "not asked for"}) == [line("a"), kept]


def test_what_was_measured_otherwise_is_gone_though_the_item_is_not_proved(file: Path) -> None:
    elsewhere = line("a", "there")
    forged = lock(file, line("a"), elsewhere, line("b"))
    assert forged.updated([], [line("a", holds=False), line("b")], {"a", "b"}) == [elsewhere, line("b")]


def test_what_is_not_proved_is_never_added(file: Path) -> None:
    assert lock(file).updated([], [line("a")], {"a"}) == []


def test_evidence_of_this_environment_is_shown_first(file: Path) -> None:
    both = lock(file, line("a", "here", holds=False), line("a", "there"))
    for environment, holds in (("here", False), ("there", True)):
        found = both.evidence("a", environment)
        assert found is not None
        assert found.environment == environment
        assert found.claim is not None
        assert found.claim.holds is holds
    assert both.evidence("b", "here") is None


def test_drift_is_evidence_that_no_line_of_the_probe_records(file: Path) -> None:
    known = lock(file, line("a", "there"), line("a", "elsewhere", holds=False))
    assert known.drifted(line("a", "here")) is None
    assert known.drifted(line("a", "here", holds=False)) is None
    assert (
        known.drifted(line("a", "here", drew_random=True)) == known.drifted(line("a", drew_random=True)) is not None
    )
    assert known.drifted(line("unknown")) is None


@pytest.mark.parametrize(
    "bad",
    [
        b"not json",
        b"[]",
        b"{}",
        b'{"digest": "a"}',
        b'{"digest": "a", "environment": "here", "outcome": "splendid"}',
        b'{"digest": "a", "environment": "here", "outcome": "returned", "verdict": "proved"}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_proof_is_noted_and_the_others_count(file: Path, bad: bytes) -> None:
    good = json.dumps(line("a")).encode()
    file.write_bytes(good + b"\n\n" + bad + b"\n")
    found = Lock(file)
    assert found.digests == {"a"}
    (told,) = found.problems
    assert f"{file}: line 3 is no proof" in told


def test_many_bad_lines_are_one_note(file: Path) -> None:
    file.write_text("x\n" * 1000)
    (told,) = Lock(file).problems
    assert "1000 lines, from line 1, are no proofs" in told


def test_a_file_that_cannot_be_read_is_noted(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    assert str(file) in Lock(file).problems[0]
    folder = file.with_name("folder")
    folder.mkdir()
    assert "not a regular file" in Lock(folder).problems[0]


def test_a_file_that_never_ends_is_not_waited_for(file: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("there are no pipes with names here")
    os.mkfifo(file)
    assert "not a regular file" in Lock(file).problems[0]
    file.unlink()
    file.symlink_to("/dev/zero")
    assert "not a regular file" in Lock(file).problems[0]


def test_a_line_is_there_to_the_letter_or_not_at_all(file: Path) -> None:
    known = lock(file, line("a", "there"), line("b"))
    assert known.has(line("b"))
    assert not known.has(line("a", "here"))
    assert not known.has(line("b", holds=False))
    assert not known.has(line("c"))


@pytest.mark.parametrize("holds", [(True, False), (False, True)])
def test_of_two_lines_for_one_probe_here_the_one_that_says_otherwise_is_drift(
    file: Path, holds: tuple[bool, bool]
) -> None:
    both = lock(file, *(line("a", holds=each) for each in holds), line("b"))
    assert not both.has(line("a"))
    assert both.drifted(line("a")) == line("a", holds=False)
    assert both.has(line("b")) and both.drifted(line("b")) is None
    assert both.updated([line("a")], [], {"a"}) == [line("a")]


def test_a_line_that_stands_twice_is_no_drift_and_is_written_once(file: Path) -> None:
    twice = lock(file, line("a"), line("a"))
    assert twice.drifted(line("a")) is None
    assert twice.updated([line("a")], [], {"a"}) == [line("a")]


def test_a_bad_line_is_noted_beside_lines_that_were_measured(file: Path) -> None:
    write_lock(file, [line("a")])
    file.write_text(file.read_text() + "x\n")
    found = Lock(file)
    assert found.has(line("a"))
    (told,) = found.problems
    assert "line 2 is no proof" in told


def test_no_lock_is_no_problem(file: Path) -> None:
    assert Lock(file).problems == []


def test_the_same_lines_are_not_written_again(file: Path) -> None:
    assert write_lock(file, [line("a")])
    before = file.stat()
    assert not write_lock(file, [line("a")])
    assert file.stat().st_ino == before.st_ino


def test_nothing_to_lock_makes_no_file(file: Path) -> None:
    assert not write_lock(file, [])
    assert not file.exists()


def test_a_lock_that_cannot_be_written_leaves_nothing_behind(file: Path) -> None:
    file.mkdir()
    with pytest.raises(UsageError, match=r"cannot write .*proofs\.lock"):
        write_lock(file, [line("a")])
    assert list(file.parent.iterdir()) == [file]

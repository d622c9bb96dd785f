"""Any program, in the order given, whoever finishes first."""

from pathlib import Path

import pytest
from made_up_sandbox import MadeUpPool

from quizkit.errors import ContentError, ExitCode
from quizkit.model.evidence import Outcome
from quizkit.model.limits import Limits
from quizkit.proof.trial import exit_code, programs, tried


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> MadeUpPool:
    pool = MadeUpPool()
    monkeypatch.setattr("quizkit.proof.trial.start_pool", pool.start)
    return pool


def write(folder: Path, **texts: str) -> list[Path]:
    files = [folder / f"{name}.py" for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text)
    return files


def test_programs_come_back_in_the_order_given_and_equal_ones_run_once(pool: MadeUpPool, tmp_path: Path) -> None:
    files = write(tmp_path, a="x = 1", b="x = 2", c="x = 1")
    found = list(tried(programs(files, ["x == 1"], Limits(), 0), 2))
    assert [name for name, _, _ in found] == [str(file) for file in files]
    assert len(pool.submitted) == 2
    assert all(evidence.digest == probe.digest for _, probe, evidence in found)


def test_every_file_that_cannot_be_read_is_told_and_nothing_is_run(pool: MadeUpPool, tmp_path: Path) -> None:
    (good,) = write(tmp_path, good="x = 1")
    binary = tmp_path / "binary.py"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(ContentError) as caught:
        programs([good, tmp_path / "missing.py", tmp_path, binary], [], Limits(), 0)
    assert {problem.file for problem in caught.value.problems} == {
        str(tmp_path / "missing.py"),
        str(tmp_path),
        str(binary),
    }
    assert not pool.is_started


@pytest.mark.parametrize(
    ("outcome", "expect", "code"),
    [
        (Outcome.RETURNED, [], ExitCode.PROVED),
        (Outcome.RETURNED, ["x == 1"], ExitCode.PROVED),
        (Outcome.RETURNED, ["x == 1", "x == 2"], ExitCode.REFUTED),
        (Outcome.EXITED, ["x == 1"], ExitCode.UNDECIDED),
        (Outcome.TIMED_OUT, [], ExitCode.UNDECIDED),
    ],
)
def test_a_program_counts_by_how_it_ended_and_what_was_expected(
    pool: MadeUpPool, tmp_path: Path, outcome: Outcome, expect: list[str], code: ExitCode
) -> None:
    pool.endings = {"x": [outcome]}
    ((_, probe, evidence),) = tried(programs(write(tmp_path, a="x = 1"), expect, Limits(), 0), 1)
    assert exit_code(probe, evidence) is code


def test_a_program_that_raised_met_no_expectation(pool: MadeUpPool, tmp_path: Path) -> None:
    ((_, probe, evidence),) = tried(programs(write(tmp_path, a="x = 1"), ["x == 1"], Limits(), 0), 1)
    raised = evidence.model_copy(update={"outcome": Outcome.RAISED, "expectations": {}})
    assert exit_code(probe, raised) is ExitCode.REFUTED


def test_a_program_gets_a_folder_if_asked_for(tmp_path: Path) -> None:
    files = write(tmp_path, a="x = 1")
    (_, plain), (_, writing) = programs(files, [], Limits(), 0) + programs(files, [], Limits(), 0, is_scratch=True)
    assert (plain.requires, writing.requires) == ((), ("scratch",))

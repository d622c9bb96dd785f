"""The self-test says what a sandbox contains and what it does not, and nothing goes by it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizkit.cli import quizkit_command
from quizkit.model.confinement import FULL, Confinement
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Probe
from quizkit.sandbox.selftest.cases import Case, cases
from quizkit.sandbox.selftest.check import HONEST, CaseChecked, check

EVERYTHING = Confinement(layers=FULL)
BY_THE_HARNESS = Case("quiet", "does nothing", frozenset({Outcome.RETURNED}), "harness", "pass")
BY_SECCOMP = Case("call", "makes a call", frozenset({Outcome.BLOCKED}), "seccomp", "$target")
ELSEWHERE = Case("elsewhere", "is of another machine", frozenset({Outcome.BLOCKED}), "seccomp", "", machine="pdp11")


class Obedient:
    """A sandbox that does with each program what the test says, and ends it well."""

    def __init__(self, **told: str) -> None:
        self.told = told
        self.waiting: list[Probe] = []

    def submit(self, probe: Probe) -> None:
        self.waiting.append(probe)

    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        while self.waiting:
            probe = self.waiting.pop()
            source = probe.parts[0].source
            stdout = next((text for part, text in self.told.items() if part in source), "")
            if source.endswith("/target"):
                Path(source).write_text("harm")
            yield probe, Evidence(digest=probe.digest, environment="", outcome=Outcome.RETURNED, stdout=stdout)


def test_the_corpus_is_large_and_says_what_contains_each_trick() -> None:
    corpus = cases()
    assert len(corpus) >= 160
    assert len({case.trick for case in corpus}) == len(corpus)
    assert all(case.outcomes and case.layer and case.source.strip() for case in corpus)
    assert {"landlock", "seccomp", "rlimits", "capabilities"} <= {case.layer for case in corpus}


def test_harm_is_noticed_and_so_is_another_ending() -> None:
    quiet, call = check([BY_THE_HARNESS, BY_SECCOMP], Obedient(), EVERYTHING)
    assert quiet.problems == ()
    ending, harm = call.problems
    assert ending.startswith("it ended as returned, not as blocked") and harm == "the target was written to"


def test_a_trick_that_changes_the_next_honest_probe_has_escaped() -> None:
    class Changed(Obedient):
        honest = 0

        def submit(self, probe: Probe) -> None:
            if probe == HONEST:
                self.honest += 1
                self.told = {"nn.Linear": str(self.honest)}
            super().submit(probe)

    (found,) = check([BY_THE_HARNESS], Changed(), EVERYTHING)
    assert found.problems == ("the next honest probe gave other evidence",)


WORLD = """
import time
from quizkit.sandbox.selftest.world import world
with world():
    print("here", flush=True)
    time.sleep(1000)
"""


def test_a_self_test_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", WORLD], env=environment, stdout=subprocess.PIPE) as host:
        assert host.stdout is not None and host.stdout.readline().strip() == b"here"
        assert [file.name for file in tmp_path.glob("quizkit-world-*/target")] == ["target"]
        host.kill()
    end = time.monotonic() + 60
    while list(tmp_path.iterdir()):
        assert time.monotonic() < end, "the world is still there"
        time.sleep(0.05)


def test_what_is_not_contained_is_listed_and_not_run() -> None:
    pool = Obedient()
    other, call, quiet = check([ELSEWHERE, BY_SECCOMP, BY_THE_HARNESS], pool, Confinement(layers=("rlimits",)))
    assert (other.lacking, call.lacking, quiet.lacking) == ("", "seccomp", "")
    assert (other.outcome, call.outcome, quiet.outcome) == (None, None, Outcome.RETURNED)


CONTAINED = CaseChecked(BY_THE_HARNESS, Outcome.RETURNED)
LACKING = CaseChecked(BY_SECCOMP, None, skipped="not contained: no seccomp here", lacking="seccomp")
SKIPPED = CaseChecked(ELSEWHERE, None, skipped="written for pdp11")
ESCAPED = CaseChecked(BY_SECCOMP, Outcome.RETURNED, problems=("the target was\x1b[2J written to",))


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([CONTAINED, SKIPPED], 0, "1 trick contained, 1 skipped because they are written for another machine."),
        ([CONTAINED, LACKING], 3, "1 trick contained, 1 not contained for want of seccomp: run no content here"),
        ([LACKING, ESCAPED], 1, "1 not contained for want of seccomp, 1 ESCAPED: run no content here"),
    ],
)
def test_the_command_ends_by_the_worst(
    found: list[CaseChecked], code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quizkit.proof.doctor.self_test", lambda: iter(found))
    ran = CliRunner().invoke(quizkit_command, ["doctor", "--self-test"])
    assert ran.exit_code == code
    assert said in " ".join(ran.output.split())
    assert "\x1b" not in ran.output

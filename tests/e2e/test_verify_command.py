"""`quizkit verify`: one bank verified once, and all that can be asked of it afterwards without running it again."""

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from real_command import ENDLESS, EXEMPT, LATE, RIGHT, SAMPLES, Command, Ran, write_bank

ITEMS = RIGHT + LATE + EXEMPT


class Verified:
    """A bank that was verified with --update."""

    def __init__(self, home: Path) -> None:
        self.command = Command(home)
        self.bank = write_bank(home / "bank", ITEMS)
        self.first = self.verify("--update", "--format", "json")

    def verify(self, *arguments: str | Path, **options: Any) -> Ran:
        """Verify the bank."""
        return self.command("verify", self.bank, "--trust", *arguments, **options)

    def changed(self, folder: Path, items: str = ITEMS, lock: str | None = None) -> Path:
        """Return a copy of the bank with other items or another lock."""
        shutil.copytree(self.bank, folder)
        (folder / "items" / "items.yaml").write_text(items, encoding="utf-8")
        if lock is not None:
            (folder / "proofs.lock").write_text(lock, encoding="utf-8")
        return folder

    @property
    def lock(self) -> str:
        """The text of its lock."""
        return (self.bank / "proofs.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Verified:
    return Verified(tmp_path_factory.mktemp("verified"))


def test_what_is_proved_is_counted_and_locked(verified: Verified) -> None:
    assert verified.first.code == 0, verified.first.err
    summary = verified.first.document()["summary"]
    assert (summary["proved"], summary["needs_environment"], summary["exempt"]) == (1, 1, 1)
    assert [json.loads(line)["outcome"] for line in verified.lock.splitlines()] == ["returned"] * 3


def test_nothing_changed_is_answered_from_the_cache_without_torch_and_without_a_sandbox(verified: Verified) -> None:
    ran = verified.verify("--locked", python=("-X", "importtime"))
    assert ran.code == 0
    imported = {line.rpartition("|")[2].strip() for line in ran.err.splitlines() if line.startswith("import time:")}
    assert "quizkit.proof.verify" in imported
    assert not imported & {"torch", "torchvision", "numpy", "quizkit.sandbox.fork_pool", "subprocess", "rich"}
    assert "3 probes, all from the cache" in ran.out


def test_an_update_twice_writes_nothing_the_second_time(verified: Verified) -> None:
    before = (verified.bank / "proofs.lock").stat()
    ran = verified.verify("--update")
    assert ran.code == 0
    assert "was written" not in ran.out
    assert (verified.bank / "proofs.lock").stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--strict"], 3, "needs-environment"),
        (["--only", "late"], 5, "torch>=99"),
        (["--only", "rihgt"], 2, "did you mean right?"),
        (["--only", "r*"], 0, "Proved: 1 item"),
        (["--seeds", "0", "--update"], 2, "--seeds runs other probes"),
        (["--locked", "--update"], 2, "choose one"),
        (["--mutants", "--strict"], 2, "leave out --update"),
        (["--mutants", "--format", "junit"], 2, "no format 'junit'"),
        (["--seeds", "one"], 2, "is not a list of whole numbers"),
        (["--seeds", "-1"], 2, "a seed is from 0"),
        (["--jobs", "0"], 2, "0 is not in the range"),
        (["--format", "yaml"], 2, "is not one of"),
        (["-o", "missing/report.txt"], 2, "cannot write missing/report.txt"),
    ],
)
def test_a_request_ends_in_its_code_and_says_why(
    verified: Verified, arguments: list[str], code: int, told: str
) -> None:
    ran = verified.verify(*arguments)
    assert ran.code == code
    assert told in " ".join((ran.out + ran.err).split())
    assert "Traceback" not in ran.err


def test_a_stale_lock_is_an_error_under_locked_and_else_a_note(verified: Verified, tmp_path: Path) -> None:
    extra = RIGHT.replace("id: right", "id: another")
    bank = verified.changed(tmp_path / "bank", RIGHT + extra.replace("8 == 8", "8 == 9"), lock=verified.lock + "x\n")
    for arguments, code in ([], 0), (["--locked"], 2):
        ran = verified.command("verify", bank, "--trust", *arguments)
        assert ran.code == code
        assert "line 4 is no proof" in ran.out


def test_drift_is_told_with_its_place_and_fails_only_on_demand(verified: Verified, tmp_path: Path) -> None:
    other = verified.lock.replace('"holds": true', '"holds": false', 1)
    bank = verified.changed(tmp_path / "bank", lock=other)
    ran = verified.command("verify", bank, "--trust", "--format", "json")
    assert ran.code == 0
    (drift,) = ran.document()["drift"]
    assert (drift["item"], drift["place"]["line"]) == ("right", 1)
    assert verified.command("verify", bank, "--trust", "--fail-on-drift").code == 1


def test_a_lock_that_cannot_be_written_is_told(verified: Verified, tmp_path: Path) -> None:
    bank = verified.changed(tmp_path / "bank")
    (bank / "proofs.lock").unlink()
    (bank / "proofs.lock").mkdir()
    ran = verified.command("verify", bank, "--trust", "--update")
    assert ran.code == 2
    assert f"cannot write {bank}/proofs.lock" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
def test_a_report_goes_to_a_file_whole(verified: Verified, tmp_path: Path, form: str) -> None:
    report = tmp_path / "report"
    ran = verified.verify("--format", form, "-o", report)
    assert ran.code == 0
    assert ran.out == ""
    text = report.read_text(encoding="utf-8")
    assert text
    if form == "json":
        assert json.loads(text)["summary"]["complete"]
    if form == "junit":
        assert ET.fromstring(text).tag == "testsuites"


def test_a_reader_that_leaves_early_changes_nothing(verified: Verified) -> None:
    with verified.command.start("verify", verified.bank, "--trust") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
        assert process.wait(60) == 0
    assert err == ""


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, ["verify", "--trust"]),
        ({"PYTHONIOENCODING": "ascii"}, ["show", "right"]),
        ({"HOME": None}, ["list"]),
        ({"TERM": "dumb", "COLUMNS": "1"}, ["verify", "--trust"]),
    ],
    ids=["locale C", "ascii", "no home", "narrow"],
)
def test_odd_surroundings_are_no_trouble(
    verified: Verified, environment: dict[str, str | None], arguments: list[str]
) -> None:
    ran = verified.command("--content", verified.bank, *arguments, environment=environment)
    assert (ran.code, ran.err) == (0, "")
    assert "right" in ran.out


def test_without_a_cache_everything_is_run_and_a_note_says_so(verified: Verified) -> None:
    nowhere: dict[str, str | None] = {"XDG_CACHE_HOME": os.devnull}
    ran = verified.verify("--jobs", "1", "--seeds", "3,4", "--format", "json", environment=nowhere)
    assert ran.code == 0, ran.err
    summary = ran.document()["summary"]
    assert (summary["probes"], summary["cached"]) == (6, 0)
    assert any("evidence cache" in note and "cannot be used" in note for note in summary["notes"])


def test_what_was_set_aside_is_told_and_holds_nobody_up(verified: Verified, tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "bank", ENDLESS + "  limits: {cpu_seconds: 0.1}\n" + RIGHT)
    ran = verified.command("verify", bank, "--trust", "--fresh")
    assert ran.code == 3, ran.err
    right, endless = (
        next(line for line in ran.out.splitlines() if f" {name} " in f"{line} ") for name in ("right", "endless")
    )
    assert ran.out.index(right) < ran.out.index(endless)
    assert right.split()[:3] == ["proved", "3", "probes"], "--fresh runs what was cached"
    assert endless.split()[0] == "undecided"
    assert "timed-out" in endless
    assert "1 probe was run twice, the second time alone" in ran.out


def test_nothing_found_is_no_success(verified: Verified, tmp_path: Path) -> None:
    assert verified.command("verify", tmp_path).code == 5
    missing = verified.command("verify", tmp_path / "missing")
    assert missing.code == 2
    assert "there is no folder" in missing.err


def test_content_is_named_by_option_or_environment_and_the_argument_wins(verified: Verified, tmp_path: Path) -> None:
    named: dict[str, str | None] = {"QUIZKIT_CONTENT": str(verified.bank)}
    assert "right" in verified.command("list", environment=named).out
    assert "right" in verified.command("--content", verified.bank, "list", environment={"QUIZKIT_CONTENT": "x"}).out
    assert verified.command("--content", verified.bank, "verify", tmp_path).code == 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names, and has no pseudo-terminals")
def test_names_of_files_are_no_commands_to_a_log_and_a_terminal_is_told_once(
    verified: Verified, tmp_path: Path
) -> None:
    write_bank(tmp_path / "::error::x", RIGHT.replace("stem:", "stme:"))
    ran = verified.command("verify", ".", "--trust", cwd=tmp_path)
    assert "::error::x/items/items.yaml:1:3: this has no 'stem'" in ran.err
    assert not [line for line in ran.err.splitlines() if line.lstrip().startswith("::")]
    assert ran.err.splitlines()[-1] == "quizkit: 2 problems in 1 file"
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals here")
    master, slave = os.openpty()
    process = verified.command.start("verify", tmp_path / "missing", stdout=slave, stderr=slave)
    os.close(slave)
    with os.fdopen(master, "rb") as terminal, suppress(OSError):
        shown = b""
        while chunk := terminal.read1(4096):
            shown += chunk
    assert process.wait(60) == 2
    assert shown.count(b"here is no folder") == 1


# Broken files


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_bank(tmp_path_factory.mktemp("broken") / "bank", RIGHT.replace("stem:", "stme:"))
    (folder / "items" / "other.yaml").write_text("- id: [unclosed\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
def test_broken_yaml_is_told_at_its_places_in_every_format(verified: Verified, broken: Path, form: str) -> None:
    ran = verified.command("verify", broken, "--trust", "--format", form)
    assert ran.code == 2
    places = [line.partition(": ")[0] for line in ran.err.splitlines() if line.startswith(str(broken))]
    assert f"{broken}/items/items.yaml:5:3" in places
    assert any(place.startswith(f"{broken}/items/other.yaml:") for place in places)
    assert "did you mean 'stem'?" in ran.err
    assert "Traceback" not in ran.err
    if form == "json":
        assert ran.document()["summary"]["complete"] is False
    if form == "junit":
        assert ET.fromstring(ran.out) is not None


@pytest.mark.parametrize("command", [["list"], ["show", "right"], ["verify", "--mutants", "--trust"]])
def test_broken_yaml_stops_every_command_that_reads_it(verified: Verified, broken: Path, command: list[str]) -> None:
    ran = verified.command("--content", broken, *command)
    assert ran.code == 2
    assert f"{broken}/items/items.yaml:5:3" in ran.err
    assert "Traceback" not in ran.err


def test_a_whole_bank_is_refused_for_one_bad_claim(verified: Verified) -> None:
    ran = verified.command("verify", SAMPLES / "malformed", "--trust", stderr=subprocess.STDOUT)
    assert ran.code == 2
    assert "3 problems in 1 file" in ran.out

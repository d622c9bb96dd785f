"""A run is kept as it goes: whole when it is over, readable when cut off, gone on with by the same command."""

import csv
import errno
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from quizkit.errors import ExitCode, UsageError
from quizkit.lab import artefacts, recorded, records
from quizkit.lab.folder import RunFolder
from quizkit.lab.recording import Recording, RunRequest, series
from quizkit.model.contract import CLAUSES
from quizkit.model.experiment import Setting
from quizkit.model.record import RUN_FIGURES, RunRecorded, RunStatus
from quizkit.model.run_event import EpochFinished, RunFailed, RunFinished, RunStarted

DRAW = artefacts._draw
FAKE = Path(__file__).with_name("fake_child.py")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the made-up child uses signals")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(artefacts, "_draw", lambda _: None)  # It takes longer than all the rest.


def request(**changes: object) -> RunRequest:
    usual = RunRequest(
        pattern="p", clauses=CLAUSES, solution="reference", path=Path("/s.py"), source="x = 1\n",
        profile="offline", setting=Setting(about="a", target=0.9, minutes=1), epochs=2,
    )  # fmt: skip
    return replace(usual, **changes)  # type: ignore[arg-type]


def recording(scenario: str, seed: int = 0, **changes: object) -> Recording:
    return Recording(request(**changes), seed, [sys.executable, "-I", str(FAKE), scenario])


def test_a_finished_run_is_whole() -> None:
    run = recording("whole")
    told = list(run.events())
    record = run.record()
    kept = [event for event in told if event.event != "progressed"]
    assert list(record.events) == kept and isinstance(kept[-1], RunFinished)
    assert record.head.status is RunStatus.FINISHED and record.keeps_contract
    assert record.exit_code is ExitCode.PROVED
    folder = run.folder.path
    assert (folder / "solution.py").read_text() == "x = 1\n"
    assert RunFolder(folder).claim()
    rows = list(csv.reader((folder / "metrics.csv").read_text().splitlines()))
    assert rows[0][:3] == ["epoch", "epochs", "train_loss"] and [row[0] for row in rows[1:]] == ["1", "2"]
    assert list(csv.reader((folder / "confusion.csv").read_text().splitlines()))[1] == ["a", "9", "1"]
    assert record.figures().keys() == RUN_FIGURES
    assert record.figures()["validation-before"] == "12.5 %" and record.figures()["target"] == "90.0 %"


def test_the_curves_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib", reason="the extra `plots` is not installed")
    monkeypatch.setattr(artefacts, "_draw", DRAW)
    list((run := recording("whole")).events())
    assert (run.folder.path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_broken_clause_is_told_by_the_exit_code() -> None:
    run = recording("broken")
    list(run.events())
    assert run.record().exit_code is ExitCode.REFUTED
    assert [clause.clause for clause in run.record().clauses if not clause.holds] == ["backbone-buffers"]


@pytest.mark.parametrize(("scenario", "code"), [("failed", ExitCode.USAGE), ("vanish", ExitCode.UNDECIDED)])
def test_a_failure_is_told_by_the_exit_code(scenario: str, code: ExitCode) -> None:
    run = recording(scenario)
    assert isinstance(list(run.events())[-1], RunFailed)
    assert (run.record().head.status, run.record().exit_code) == (RunStatus.FAILED, code)
    assert not recording("whole").is_resumed


def test_a_run_that_is_stopped_is_kept_and_gone_on_with() -> None:
    run = recording("chatty")
    events = run.events()
    next(events)
    assert not RunFolder(run.folder.path).claim() and not recording("chatty").is_resumed
    events.close()
    assert run.record().exit_code is ExitCode.INTERRUPTED
    assert not recording("chatty", seed=1).is_resumed
    assert not recording("chatty", source="x = 2\n").is_resumed
    assert not recording("chatty", epochs=3).is_resumed
    again = recording("whole")
    assert again.is_resumed and again.folder.path == run.folder.path
    list(again.events())
    assert again.record().exit_code is ExitCode.PROVED
    assert sum(isinstance(event, RunStarted) for event in again.record().events) == 2
    assert not recording("whole").is_resumed


def test_a_run_whose_parent_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_recording import recording
        list(recording("half").events())
    """)
    done = subprocess.run([sys.executable, "-c", program], check=False, env=dict(os.environ))
    assert done.returncode == -9
    (cut,) = records.records(records.runs_folder())
    assert cut.head.status is RunStatus.UNFINISHED
    file = records.runs_folder() / cut.head.id / "events.jsonl"
    file.write_bytes(file.read_bytes() + b'{"event": "epoch-fin')
    again = recording("whole")
    assert again.is_resumed
    list(again.events())
    assert [epoch.epoch for epoch in again.record().epochs] == [1, 2]
    assert again.record().exit_code is ExitCode.PROVED


def cut_off() -> Recording:
    run = recording("chatty")
    events = run.events()
    next(events)
    events.close()
    return run


def test_of_two_commands_at_once_one_goes_on_and_the_other_begins() -> None:
    cut = cut_off()
    first, second = recording("whole"), recording("whole")
    assert (first.is_resumed, second.is_resumed) == (True, False)
    assert first.folder.path == cut.folder.path != second.folder.path
    for run in (first, second):
        list(run.events())
        assert run.record().exit_code is ExitCode.PROVED


def test_what_a_killed_process_has_half_written_is_removed() -> None:
    cut = cut_off()
    (cut.folder.path / ".checkpoint.pt.4194305").write_bytes(b"half")
    assert recording("whole").is_resumed
    assert {file.name for file in cut.folder.path.glob(".*")} == {".lock"}


def test_one_of_many_processes_takes_an_unfinished_run() -> None:
    cut_off()
    program = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from test_recording import recording
        print(run.folder.path) if (run := recording("whole")).is_resumed else print("new")
        sys.stdout.flush(), sys.stdin.read()
    """)
    command = [sys.executable, "-c", program]
    several = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.stdout.readline() for process in several if process.stdout is not None]
    assert sum(line != "new\n" for line in said) == 1 and "" not in said
    several[[line != "new\n" for line in said].index(True)].kill()
    for process in several:
        process.communicate()
    assert recording("whole").is_resumed, "who was killed has it no more"


def test_a_run_that_another_has_finished_meanwhile_is_not_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off()
    claim = RunFolder.claim

    def finished_first(folder: RunFolder) -> bool:
        with monkeypatch.context() as undone:
            undone.setattr(RunFolder, "claim", claim)
            list(recording("whole").events())
        return claim(folder)

    monkeypatch.setattr(RunFolder, "claim", finished_first)
    assert not recording("whole").is_resumed


def test_runs_are_found_by_the_beginning_of_their_id() -> None:
    root = records.runs_folder()
    with pytest.raises(UsageError, match="there is no run"):
        records.record(root, "last")
    first, second = recording("whole"), recording("whole", seed=1)
    for run in (first, second):
        list(run.events())
    assert records.record(root, "last").head.id == second.folder.path.name
    assert records.record(root, first.folder.path.name).head.config.seed == 0
    with pytest.raises(UsageError, match="2 runs"):
        records.record(root, "2")
    with pytest.raises(UsageError, match="there is no run 'x'"):
        records.record(root, "x")


def test_a_damaged_record_hides_no_other() -> None:
    list((run := recording("whole")).events())
    list((other := recording("whole")).events())
    (run.folder.path / "run.json").write_text("{")
    assert [each.head.id for each in records.records(records.runs_folder())] == [other.folder.path.name]


def test_a_shipped_record_says_nothing_of_the_machines_files(tmp_path: Path) -> None:
    list((run := recording("whole")).events())
    file = recorded.ship(tmp_path, run.record())
    assert str(tmp_path) not in file.read_text()
    (read,) = recorded.shipped(tmp_path, "reference")
    assert read.epochs == run.record().epochs and read.keeps_contract


@pytest.mark.parametrize("scenario", ["failed", "vanish"])
def test_only_a_finished_run_is_shipped(tmp_path: Path, scenario: str) -> None:
    list((run := recording(scenario)).events())
    with pytest.raises(UsageError, match="is failed, and only a finished one is recorded; see `quizkit runs"):
        recorded.ship(tmp_path, run.record())
    assert not (tmp_path / "runs").exists()
    file = tmp_path / "runs" / "reference" / "offline-seed-0.json"
    file.parent.mkdir(parents=True)
    file.write_text(run.record().model_dump_json())
    assert recorded.shipped(tmp_path, "reference") == []


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_takes_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as disk:
        disk.setattr(RunFolder, "put_event", full)
        (told,) = (run := recording("whole")).events()
    assert isinstance(told, RunFailed) and told.phase == "disk" and "No space left" in told.what
    assert run.record().exit_code is ExitCode.UNDECIDED
    assert recording("whole").is_resumed


def test_a_folder_that_is_removed_meanwhile_is_told() -> None:
    told, command = [], [sys.executable, "-I", str(FAKE), "whole"]
    for event in series(request(), [0], command):
        told.append(event)
        if isinstance(event, RunStarted):
            shutil.rmtree(next(records.runs_folder().iterdir()))
    failure, ended = told[-2:]
    assert isinstance(failure, RunFailed) and "No such file or directory" in failure.what
    assert "removes the folder of a run" in failure.remedy and "space" not in failure.remedy
    assert isinstance(ended, RunRecorded) and not ended.record.head.id
    assert ended.record.exit_code is ExitCode.UNDECIDED


@pytest.mark.parametrize("failing", ["metrics.csv", "confusion.csv", "run.json"])
def test_a_disk_that_is_full_in_the_end_leaves_a_run_to_go_on_with(
    monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    run = recording("whole")
    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", lambda path, target: full() if target.name == failing else path.rename(target))
        if failing == "run.json":
            (run.folder.path / "run.json").write_text(run.head.model_dump_json())
        told = list(run.events())
    assert [event.event for event in told if isinstance(event, RunFailed | RunFinished)] == ["run-failed"]
    assert isinstance(told[-1], RunFailed) and told[-1].phase == "disk"
    record = run.record()
    assert record.exit_code is ExitCode.UNDECIDED and record.head.status is not RunStatus.FINISHED
    again = recording("whole")
    assert again.is_resumed
    list(again.events())
    assert again.record().exit_code is ExitCode.PROVED and again.record().failure is None
    assert {"metrics.csv", "confusion.csv"} <= {file.name for file in again.folder.path.iterdir()}


def test_what_a_killed_run_has_half_written_is_removed_by_the_next(tmp_path: Path) -> None:
    left = [
        tmp_path / "cache" / "quizkit" / "lab" / "features-x" / ".00001.npy.12",
    ]
    left.append(tmp_path / "data" / "quizkit" / "runs" / "another" / ".run.json.12")
    for draft in left:
        draft.parent.mkdir(parents=True)
        draft.write_bytes(b"half")
    list(recording("whole").events())
    assert not any(map(Path.exists, left))


def test_prints_that_find_no_room_change_no_conclusion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_bytes", full)
    assert isinstance(list((run := recording("whole")).events())[-1], RunFinished)
    assert run.record().exit_code is ExitCode.PROVED
    events = (stopped := recording("chatty", seed=1)).events()
    next(events)
    events.close()
    assert stopped.record().exit_code is ExitCode.INTERRUPTED


def test_a_process_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(subprocess, "Popen", no_memory)
    (told,) = (run := recording("whole")).events()
    assert isinstance(told, RunFailed) and (told.phase, run.record().exit_code) == ("memory", ExitCode.UNDECIDED)
    assert recording("whole").is_resumed


def test_later_events_count() -> None:
    list((run := recording("whole")).events())
    record = run.record()
    last = record.last(EpochFinished)
    assert last is not None
    changed = record.model_copy(update={"events": (*record.events, last.model_copy(update={"train_loss": 9.0}))})
    assert [epoch.train_loss for epoch in changed.epochs] == [1.0, 9.0]

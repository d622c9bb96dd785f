"""Where runs are kept: a folder each, below the user's data.

    run.json            who ran what, where and when, and how far it came (a `RunHead`)
    solution.py         the program that was run
    events.jsonl        what it told, a line each as it came, progress apart
    output.txt          what it printed
    metrics.csv         a row for each epoch
    confusion.csv       a row for each true class
    curves.png          with the `plots` extra
    trained.safetensors what training left other than it was: docs/experiment.md; checkpoint.pt until then

Invariant: whatever moment a run is cut off at, its folder reads as an unfinished run with all it had told by then.
"""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

import psutil
from platformdirs import user_cache_path, user_data_path
from pydantic import TypeAdapter, ValidationError

from quizkit.errors import UsageError
from quizkit.model.experiment import REFERENCE
from quizkit.model.record import RunHead, RunRecord, RunStatus, run_id
from quizkit.model.run import RunConfig, RunEvent

_HEAD: Final = "run.json"
_EVENTS: Final = "events.jsonl"
_SOLUTION: Final = "solution.py"
_OWNER: Final = "owner.json"
_EVENT: Final[TypeAdapter[RunEvent]] = TypeAdapter(RunEvent)
_GOES_ON: Final = frozenset({"deadline", "memory", "disk"})
"""Failures after which the same command goes on: nothing was wrong with what was asked."""


def runs_folder() -> Path:
    """Return where runs are kept. Raises UsageError for a user without a home."""
    return _home("data") / "runs"


def kept_in() -> str:
    """Say where runs are kept, for people."""
    try:
        return str(runs_folder())
    except UsageError as error:
        return str(error)


def lab_cache() -> Path:
    """Return where features and downloads are kept between runs. Raises UsageError for a user without a home."""
    return _home("cache") / "lab"


def _home(kind: str) -> Path:
    try:
        return (user_data_path if kind == "data" else user_cache_path)("quizkit", appauthor=False)
    except RuntimeError:
        raise UsageError(f"there is no home to keep runs in: set HOME or XDG_{kind.upper()}_HOME") from None


class RunFolder:
    """The folder of one run that is being made."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def own(self) -> None:
        """Take note that this process is making the run."""
        me = psutil.Process()
        (self.path / _OWNER).write_text(json.dumps({"pid": me.pid, "since": me.create_time()}))

    def release(self) -> None:
        """Take note that nobody is making the run any more."""
        (self.path / _OWNER).unlink(missing_ok=True)

    @property
    def is_owned(self) -> bool:
        """Whether a process that is alive is making the run."""
        try:
            owner = json.loads((self.path / _OWNER).read_text())
            return bool(abs(psutil.Process(owner["pid"]).create_time() - owner["since"]) < 1)
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            return False

    def put_head(self, head: RunHead) -> None:
        """Write who, what, where and when, whole or not at all."""
        draft = self.path / f".{_HEAD}.part"
        draft.write_text(head.model_dump_json(indent=2) + "\n", encoding="utf-8")
        draft.replace(self.path / _HEAD)

    def put_solution(self, source: str) -> None:
        """Keep the program."""
        (self.path / _SOLUTION).write_text(source, encoding="utf-8", newline="")

    def put_event(self, event: RunEvent) -> None:
        """Add an event to those that came before it; a line that was cut off is ended first."""
        file = self.path / _EVENTS
        with file.open("ab") as stream:
            if stream.tell() and not _ends_whole(file):
                stream.write(b"\n")
            stream.write(event.model_dump_json().encode() + b"\n")

    def record(self) -> RunRecord:
        """Return what is kept. Raises OSError or ValueError if it cannot be read; a line that was cut off is not."""
        head = RunHead.model_validate_json((self.path / _HEAD).read_bytes())
        return RunRecord(head=head, events=tuple(_events(self.path / _EVENTS)))


def _ends_whole(file: Path) -> bool:
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() == b"\n"


def _events(file: Path) -> Iterable[RunEvent]:
    for line in file.read_bytes().splitlines() if file.exists() else ():
        try:
            yield _EVENT.validate_json(line)
        except ValidationError:
            continue


def new_folder(root: Path, solution: str, seed: int, at: datetime) -> RunFolder:
    """Return a new folder for a run. Raises UsageError if none can be made."""
    name = run_id(solution, seed, at)
    for number in count(1):
        path = root / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(f"cannot make a folder for the run below {root}: {error.strerror}") from error
        return RunFolder(path)
    raise AssertionError("count never ends")


def unfinished(root: Path, head: RunHead) -> tuple[RunFolder, RunRecord] | None:
    """Return the newest run that was asked for the same, was cut off, and that nobody is making any more."""
    for folder in sorted(_folders(root), reverse=True):
        found = _readable(folder)
        if found is not None and _is_same(found.head, head) and _can_go_on(found) and not RunFolder(folder).is_owned:
            return RunFolder(folder), found
    return None


def _is_same(a: RunHead, b: RunHead) -> bool:
    return (a.pattern, a.solution_digest, a.machine, _asked(a.config)) == (
        b.pattern, b.solution_digest, b.machine, _asked(b.config),
    )  # fmt: skip


def _asked(config: RunConfig) -> RunConfig:
    return config.model_copy(update={"folder": "", "cache": "", "solution": ""})


def _can_go_on(record: RunRecord) -> bool:
    if record.head.status in (RunStatus.UNFINISHED, RunStatus.INTERRUPTED):
        return True
    return record.failure is not None and record.failure.phase in _GOES_ON


def _folders(root: Path) -> list[Path]:
    return [each for each in root.iterdir() if (each / _HEAD).is_file()] if root.is_dir() else []


def _readable(folder: Path) -> RunRecord | None:
    try:
        return RunFolder(folder).record()
    except (OSError, ValueError):
        return None


def records(root: Path) -> list[RunRecord]:
    """Return every run that can be read, the oldest first."""
    found = (_readable(folder) for folder in sorted(_folders(root)))
    return [record for record in found if record is not None]


def record(root: Path, wanted: str) -> RunRecord:
    """Return a run by its id, by an unambiguous beginning of it, or the `last` one.

    Raises UsageError if there is none, or more than one.
    """
    every = records(root)
    if wanted == "last" and every:
        return every[-1]
    found = [each for each in every if each.head.id == wanted] or [
        each for each in every if each.head.id.startswith(wanted)
    ]
    if len(found) > 1:
        raise UsageError(f"{wanted!r} names {len(found)} runs, such as {found[0].head.id}; give more of its id")
    if not found:
        raise UsageError(f"there is no run {wanted!r}; `quizkit runs` lists what there is")
    return found[0]


# Records that ship with a topic


def shipped(pattern_folder: Path, solution: str) -> list[RunRecord]:
    """Return the recorded runs of a solution that come with a topic, one a seed; finished ones that can be read."""
    found = []
    for file in sorted((pattern_folder / "runs" / solution).glob("*.json")):
        try:
            found.append(RunRecord.model_validate_json(file.read_bytes()))
        except (OSError, ValueError):
            continue
    return [each for each in found if each.head.status is RunStatus.FINISHED]


def shown_record(pattern: str, folder: Path) -> RunRecord | None:
    """Return the run to look at: the learner's last finished one of a topic, or the one that came with it."""
    own = (each for each in records(runs_folder()) if each.head.pattern == pattern)
    finished = [each for each in own if each.head.status is RunStatus.FINISHED]
    return finished[-1] if finished else next(iter(shipped(folder, REFERENCE)), None)


def ship(pattern_folder: Path, record: RunRecord) -> Path:
    """Write a run to be shipped with a topic, without anything of the machine's file system, and return the file.

    Raises UsageError for a run that is not finished.
    """
    head = record.head
    if head.status is not RunStatus.FINISHED:
        remedy = f"see `quizkit runs {head.id}` for why, then give the same command again"
        raise UsageError(f"the run {head.id} is {head.status.value}, and only a finished one is recorded; {remedy}")
    paths = {"folder": "", "cache": "", "solution": "", "offline_weights": "", "weights": None, "data_dir": None}
    config = head.config.model_copy(update=paths)
    kept = record.model_copy(update={"head": head.model_copy(update={"config": config})})
    folder = pattern_folder / "runs" / head.solution
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{config.profile}-seed-{config.seed}.json"
    draft = file.with_suffix(".part")
    draft.write_text(kept.model_dump_json() + "\n", encoding="utf-8")
    return draft.replace(file)

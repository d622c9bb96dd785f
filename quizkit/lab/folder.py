"""The folder of one run.

    run.json            who ran what, where and when, and how far it came (a `RunHead`)
    solution.py         the program that was run
    events.jsonl        what it told, a line each as it came, progress apart
    output.txt          what it printed
    metrics.csv         a row for each epoch
    confusion.csv       a row for each true class
    curves.png          with the `plots` extra
    trained.safetensors what training left other than it was: docs/experiment.md
    checkpoint.pt       what the run goes on from, until it is finished
    .lock               held by the process that makes the run

Invariant: whatever moment a run is cut off at, its folder reads as an unfinished run with all it had told by then;
and one process at a time makes it: the system itself takes the lock from a dead one.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from quizkit.errors import UsageError
from quizkit.lab.atomic import drafts, written_whole
from quizkit.model.record import RunHead, RunRecord, run_id
from quizkit.model.run_event import RunEvent

HEAD: Final = "run.json"
"""The file without which a folder is no run."""
_EVENTS: Final = "events.jsonl"
_SOLUTION: Final = "solution.py"
_LOCK: Final = ".lock"
_CHECKPOINT: Final = "checkpoint.pt"
_EVENT: Final[TypeAdapter[RunEvent]] = TypeAdapter(RunEvent)


class RunFolder:
    """Where one run is kept. Whoever writes into it has claimed it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / _LOCK, timeout=0, thread_local=False)

    def claim(self) -> bool:
        """Make the run this process's own, until `release` or the end of the process; say whether that went.

        What was half written by one that was killed is removed. Raises OSError where nothing can be locked.
        """
        try:
            self._lock.acquire()
        except Timeout:
            return False
        for draft in drafts(self.path):
            draft.unlink(missing_ok=True)
        return True

    def release(self) -> None:
        """Let others have it."""
        self._lock.release()

    def put_head(self, head: RunHead) -> None:
        """Write who, what, where and when. Raises OSError, as all that writes here does."""
        self._put(HEAD, head.model_dump_json(indent=2) + "\n")

    def put_solution(self, source: str) -> None:
        """Keep the program."""
        self._put(_SOLUTION, source)

    def _put(self, name: str, text: str) -> None:
        with written_whole(self.path / name) as draft:
            draft.write_text(text, encoding="utf-8", newline="")

    def put_event(self, event: RunEvent) -> None:
        """Add an event to those that came before it; a line that was cut off is ended first."""
        file = self.path / _EVENTS
        with file.open("ab") as stream:
            if stream.tell() and not _ends_whole(file):
                stream.write(b"\n")
            stream.write(event.model_dump_json().encode() + b"\n")

    def forget_checkpoint(self) -> None:
        """Remove what the run would go on from: it is over and kept."""
        with suppress(OSError):
            (self.path / _CHECKPOINT).unlink(missing_ok=True)

    def record(self) -> RunRecord:
        """Return what is kept. Raises OSError or ValueError if it cannot be read; a line that was cut off is not."""
        head = RunHead.model_validate_json((self.path / HEAD).read_bytes())
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
    """Return a new folder for a run, claimed. Raises UsageError if none can be made."""
    name = run_id(solution, seed, at)
    for number in count(1):
        path = root / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir(parents=True)
            folder = RunFolder(path)
            folder.claim()
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(f"cannot make a folder for the run below {root}: {error.strerror}") from error
        return folder
    raise AssertionError("count never ends")

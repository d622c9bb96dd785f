"""Where runs are kept, a folder each, below the user's data; and which of them is meant.

Invariant: one process at a time goes on with a run that was cut off, and what cannot be read hides no other run.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path, user_data_path

from quizkit.errors import UsageError
from quizkit.lab.folder import HEAD, RunFolder
from quizkit.model.record import RunHead, RunRecord, RunStatus
from quizkit.model.run import RunConfig

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


def unfinished(root: Path, head: RunHead) -> tuple[RunFolder, RunRecord] | None:
    """Return the newest run that was asked for the same, was cut off and that nobody makes, claimed; None if none is.

    To go on with any other than the newest would be right too, so one that cannot be claimed is passed over.
    """

    def found(folder: RunFolder) -> RunRecord | None:
        record = _readable(folder)
        return record if record is not None and _is_same(record.head, head) and _can_go_on(record) else None

    for folder in map(RunFolder, sorted(_folders(root), reverse=True)):
        with suppress(OSError):
            # Looked at again once it is ours: whoever had it may have come to an end meanwhile.
            if found(folder) is not None and folder.claim() and (record := found(folder)) is not None:
                return folder, record
            folder.release()
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
    return [each for each in root.iterdir() if (each / HEAD).is_file()] if root.is_dir() else []


def _readable(folder: RunFolder) -> RunRecord | None:
    try:
        return folder.record()
    except (OSError, ValueError):
        return None


def records(root: Path) -> list[RunRecord]:
    """Return every run that can be read, the oldest first."""
    found = (_readable(RunFolder(folder)) for folder in sorted(_folders(root)))
    return [record for record in found if record is not None]


def last_run(pattern: str) -> RunRecord | None:
    """Return the learner's own last run of a topic that came to an end, well or not; None if there is none.

    A control is made for its accuracy alone, and is not one to look at.
    """
    try:
        every = records(runs_folder())
    except (UsageError, OSError):
        return None
    ended = (RunStatus.FINISHED, RunStatus.FAILED)
    own = (each for each in reversed(every) if each.head.pattern == pattern and each.head.status in ended)
    return next((each for each in own if each.head.config.backbone != "random"), None)


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

"""A run that is kept: what is asked for becomes a folder, and every event is in it before anybody else sees it.

Invariant: a run's status is written with its last event, so a record never claims more than it holds; and asking for
the same again goes on with what was cut off.
"""

import platform
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import quizkit
from quizkit.lab.artefacts import write_artefacts
from quizkit.lab.atomic import FULL, remove_orphans
from quizkit.lab.folder import new_folder
from quizkit.lab.records import lab_cache, runs_folder, unfinished
from quizkit.lab.runner import CHILD, Bounds, run
from quizkit.model.contract import Clause
from quizkit.model.defaults import BATCH_SIZE, EPOCHS, LEARNING_RATE
from quizkit.model.experiment import Setting, digest_of_program
from quizkit.model.record import Machine, RunHead, RunOpened, RunRecord, RunRecorded, RunStatus, SeriesEvent
from quizkit.model.run import BackboneKind, Profile, RunConfig
from quizkit.model.run_event import Progressed, RunEvent, RunFailed, RunFinished
from quizkit.sandbox.environment import cores

OFFLINE_WEIGHTS: Final = Path(__file__).resolve().parent / "weights" / "glyphs-resnet18-v1.safetensors"
"""The shipped backbone."""


@dataclass(frozen=True)
class RunRequest:
    """What a run is asked to do, its seed apart."""

    pattern: str
    """Id of the topic."""
    clauses: tuple[Clause, ...]
    """What is audited."""
    solution: str
    """Name of the solution, for people."""
    path: Path
    """Its file, absolute."""
    source: str
    """Its program."""
    profile: Profile
    """Where data and backbone come from."""
    setting: Setting
    """What is reached with them."""
    backbone: BackboneKind = "pretrained"
    device: str = "auto"
    epochs: int = EPOCHS
    batch_size: int = BATCH_SIZE
    learning_rate: float = LEARNING_RATE
    weights: Path | None = None
    data_dir: Path | None = None
    has_low_priority: bool = False
    """Whether it leaves the processor to others that want it."""
    is_stopped: Callable[[], bool] = lambda: False
    """Asked several times a second; once it is true, the run ends as by Ctrl-C."""

    def config(self, seed: int) -> RunConfig:
        """Return what the child is told, its folder still open."""
        return RunConfig(
            folder="",
            cache=str(lab_cache()),
            solution=str(self.path),
            profile=self.profile,
            backbone=self.backbone,
            device=self.device,
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            seed=seed,
            target=self.setting.target,
            weights=_absolute(self.weights),
            data_dir=_absolute(self.data_dir),
            clauses=self.clauses,
            offline_weights=str(OFFLINE_WEIGHTS),
        )


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())


class Recording:
    """One run of a request, in its folder. Raises UsageError if there is no place for it."""

    def __init__(self, request: RunRequest, seed: int, command: Sequence[str] = CHILD) -> None:
        self._request, self._command = request, command
        root, now = runs_folder(), datetime.now(UTC)
        head = RunHead(
            id="",
            pattern=request.pattern,
            solution=request.solution,
            solution_digest=digest_of_program(request.source),
            config=request.config(seed),
            machine=_machine(),
            started=now,
        )
        found = unfinished(root, head)
        self.is_resumed = found is not None
        """Whether it goes on with a run that was cut off."""
        if found is not None:
            self.folder, known = found
            head = known.head.model_copy(update={"status": RunStatus.UNFINISHED})
            head = head.model_copy(update={"config": request.config(seed)})
        else:
            self.folder = new_folder(root, request.solution, seed, now)
        config = head.config.model_copy(update={"folder": str(self.folder.path)})
        self.head = head.model_copy(update={"id": self.folder.path.name, "config": config})

    def events(self) -> Generator[RunEvent, None, None]:
        """Yield the events as they come, each kept before it is yielded. To stop, close the iterator."""
        folder = self.folder
        try:
            lab_cache().mkdir(parents=True, exist_ok=True)
            for place in (lab_cache(), runs_folder()):
                remove_orphans(place)
            folder.put_solution(self._request.source)
            self._put(RunStatus.UNFINISHED)
            yield from self._kept()
        except OSError as error:
            yield self._unwritten(error)
        except (KeyboardInterrupt, GeneratorExit):
            if self.head.status is RunStatus.UNFINISHED:
                with suppress(OSError):
                    self._put(RunStatus.INTERRUPTED)
            raise
        finally:
            folder.release()

    def record(self) -> RunRecord:
        """Return what is kept of it by now. Raises OSError or ValueError if that cannot be read."""
        return self.folder.record()

    def _kept(self) -> Generator[RunEvent, None, None]:
        bounds = Bounds(seconds=self._request.setting.minutes * 60, is_stopped=self._request.is_stopped)
        told = run(self.head.config, bounds, has_low_priority=self._request.has_low_priority, command=self._command)
        with closing(told):
            for event in told:
                if isinstance(event, RunFinished):
                    # Before the last event, so that a run that says it is finished has all that finished ones have.
                    write_artefacts(self.folder.path, self.record())
                if not isinstance(event, Progressed):
                    self.folder.put_event(event)
                if isinstance(event, RunFinished):
                    self._put(RunStatus.FINISHED)
                    self.folder.forget_checkpoint()
                elif isinstance(event, RunFailed):
                    self._put(RunStatus.FAILED)
                yield event

    def _put(self, status: RunStatus) -> None:
        self.head = self.head.model_copy(update={"status": status})
        self.folder.put_head(self.head)

    def _unwritten(self, error: OSError) -> RunFailed:
        """Return why the run ends, and keep that too if there is room for it; else it stays an unfinished one."""
        place = error.filename or self.folder.path
        what = f"the run cannot be kept: {place} cannot be written: {error.strerror or error}"
        failed = RunFailed(phase="disk", what=what, remedy=f"{_first(error)}, then give the same command again")
        self.head = self.head.model_copy(update={"status": RunStatus.FAILED})
        with suppress(OSError):
            self.folder.put_event(failed)
            self.folder.put_head(self.head)
        return failed


def _first(error: OSError) -> str:
    """Return what has to be done before a disk takes what it has not taken."""
    if error.errno in FULL:
        return "free some space"
    if isinstance(error, FileNotFoundError):
        return "see to it that nothing, such as the solution, removes the folder of a run that goes on"
    return "look at its permissions and its disk"


def series(
    request: RunRequest, seeds: Iterable[int], command: Sequence[str] = CHILD
) -> Generator[SeriesEvent, None, None]:
    """Yield the events of a run for each seed, each begun by `run-opened` and ended by `run-recorded`."""
    for seed in seeds:
        recording = Recording(request, seed, command)
        head = recording.head
        yield RunOpened(
            id=head.id,
            folder=head.config.folder,
            pattern=head.pattern,
            solution=head.solution,
            seed=seed,
            epochs=head.config.epochs,
            is_resumed=recording.is_resumed,
        )
        told: list[RunEvent] = []
        with closing(recording.events()) as events:
            for event in events:
                told.append(event)
                yield event
        yield RunRecorded(record=_whole(recording, told))


def _whole(recording: Recording, told: Sequence[RunEvent]) -> RunRecord:
    """Return the record, or, if the disk has not taken it, what was told, without an id to find it by."""
    try:
        record = recording.record()
    except (OSError, ValueError):
        return RunRecord(head=recording.head.model_copy(update={"id": ""}), events=tuple(told))
    missing = told[-1:] if told and told[-1] not in record.events else ()
    return record.model_copy(update={"head": recording.head, "events": (*record.events, *missing)})


def _machine() -> Machine:
    return Machine(system=f"{platform.system()} {platform.machine()}", cores=cores(), quizkit=quizkit.__version__)

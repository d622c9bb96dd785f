"""The experiment behind its screen: its texts with measured figures, the learner's own file, a run in a thread.

Invariant: a run is kept event by event by the lab before the screen hears of it; stopped or left, it can be gone on
with, and nothing is left running.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from quizkit.bank.prose import interpolated_text
from quizkit.bank.run_figures import Recorded, quotable
from quizkit.bank.run_prose import with_runs
from quizkit.errors import UsageError
from quizkit.lab.recorded import recorded
from quizkit.lab.recording import series
from quizkit.lab.request import experiment_of, requested
from quizkit.lab.starter import starter
from quizkit.model.bank import Bank, LoadedExperiment, LoadedPattern
from quizkit.model.experiment import REFERENCE, Experiment
from quizkit.model.figure import Figure
from quizkit.model.record import RunRecord, RunRecorded, SeriesEvent
from quizkit.proof.figures import figures

Tell = Callable[[SeriesEvent], None]
"""Takes each event of a run; called in the thread of the run."""


@dataclass(frozen=True)
class Task:
    """An experiment with everything that its texts quote."""

    pattern: LoadedPattern
    loaded: LoadedExperiment
    facts: Mapping[str, Figure]
    recorded: Recorded
    """Finished runs of its solutions, for figures to come from."""
    bank: Bank
    """Where it is from."""

    @property
    def experiment(self) -> Experiment:
        """What the experiment says, its figures still open."""
        return self.loaded.experiment

    def told(self, text: str, record: RunRecord | None = None) -> str:
        """Return a text with its figures put in: of facts, of the run at hand, of recorded runs beside it.

        Before there is one, the recorded reference stands in for it. What was not measured is left out.
        """
        runs = quotable(self.loaded, self.recorded, [record] if record is not None else [])
        return interpolated_text(with_runs(text, runs), self.facts)

    @property
    def reference(self) -> str:
        """The program of the reference solution."""
        return next(each.source for each in self.loaded.solutions if each.solution.name == REFERENCE)

    @cached_property
    def own_file(self) -> Path:
        """Where the learner's own solution is kept."""
        return user_data_path("quizkit", appauthor=False) / "solutions" / f"{self.pattern.pattern.id}.py"

    def own(self) -> str:
        """Return the learner's own solution, or where there is none the file one begins with. Raises UsageError."""
        try:
            return self.own_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return starter(self.experiment, self.pattern.pattern.id, self.own_file)
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise UsageError(f"cannot read {self.own_file}: {why}; it is left as it is") from error

    def keep(self, text: str) -> None:
        """Keep the learner's own solution. Raises UsageError."""
        draft = self.own_file.with_suffix(".part")
        try:
            self.own_file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(self.own_file)
        except OSError as error:
            raise UsageError(
                f"cannot write {self.own_file}: {error.strerror}; copy your program elsewhere"
            ) from error


def task(bank: Bank, pattern: str) -> Task:
    """Return the experiment of a pattern. Slow; raises UsageError if there is none."""
    found, loaded = experiment_of(bank, pattern)
    return Task(found, loaded, figures(found), recorded(found), bank)


class Training:
    """At most one run at a time, in a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "training")
        self._stopped = threading.Event()

    def run(self, wanted: Task, program: str | Path, tell: Tell) -> "Future[RunRecord | None]":
        """Run a solution by its name, or a file; the future gives the record, or None if it was stopped.

        It raises UsageError or ContentError for what cannot be run.
        """
        self._stopped.clear()
        return self._thread.submit(self._run, wanted, program, tell)

    @property
    def is_stopped(self) -> bool:
        """Whether the run is to end, or has."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Stop the run; the epochs it has finished are kept, and the same run goes on from there."""
        self._stopped.set()

    def close(self) -> None:
        """Stop, and leave nothing running."""
        self.stop()
        self._thread.shutdown()

    def _run(self, wanted: Task, program: str | Path, tell: Tell) -> RunRecord | None:
        asked: dict[str, Any] = {"has_low_priority": True, "is_stopped": self._stopped.is_set}
        request = requested(wanted.bank, wanted.pattern, program, None, **asked)
        try:
            with closing(series(request, (0,))) as events:
                for event in events:
                    tell(event)
                    if isinstance(event, RunRecorded):
                        return event.record
        except KeyboardInterrupt:  # As a run ends that is stopped.
            return None
        raise AssertionError("a series ends in a record")

"""The books of a verification: counts, locks and drift, and from them the exit code.

Invariant: locks are compared with and written to; nothing in them moves a verdict.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quizkit.errors import ExitCode
from quizkit.model.bank import LoadedPattern
from quizkit.model.event import DriftFound, ProbeFinished, VerificationFinished
from quizkit.model.verdict import Status, Verdict
from quizkit.proof.docket import Docket
from quizkit.proof.lock import FILE_NAME, Line, Lock, in_short, line_of, write_lock
from quizkit.proof.prove import Result
from quizkit.proof.subject import Subject

_NAMED: Final = 5
"""How many items a note names before it counts the rest."""


@dataclass(frozen=True)
class Request:
    """What a verification is asked to do."""

    jobs: int = 1
    """Probes run at once."""
    seeds: tuple[int, ...] = ()
    """Seeds instead of the authors' own."""
    only: tuple[str, ...] = ()
    """Ids or shell patterns of the items and facts to verify; all of them if empty."""
    is_fresh: bool = False
    """Use no evidence of earlier runs."""
    is_trusted: bool = False
    """Run foreign content although the sandbox here does not confine it fully."""
    is_strict: bool = False
    """Exempt and needs-environment items fail."""
    is_locked: bool = False
    """The bank and its locks must speak of the same probes."""
    is_updating: bool = False
    """Write what was proved into the locks."""
    fails_on_drift: bool = False
    """Drift fails."""


class Books:
    """What a verification has seen so far."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._counts: Counter[str] = Counter()
        self._finished: set[str] = set()
        self._cached: set[str] = set()
        self._locks: dict[str, Lock] = {}
        self._proved: dict[str, list[Line]] = {}
        """Lines to be locked, by folder of the pattern."""
        self._unlocked: dict[str, None] = {}
        """Subjects with a probe that their lock does not know, in order."""

    def ran(self, result: Result, in_flight: int) -> ProbeFinished:
        """Count a result."""
        self._finished.add(result.evidence.digest)
        if result.is_cached:
            self._cached.add(result.evidence.digest)
        done = len(self._finished)
        return ProbeFinished(finished=done, planned=done + in_flight, is_cached=result.is_cached)

    def entered(self, docket: Docket, verdict: Verdict) -> Iterator[DriftFound]:
        """Count a verdict, and yield what of its evidence differs from the lock."""
        self._counts["needs-environment" if verdict.needs_environment else verdict.status.value] += 1
        lock = self._lock(docket.subject.pattern)
        seen: set[str] = set()
        for planned, evidence in docket.records():
            if evidence is None or not evidence.is_decided or evidence.digest in seen:
                continue
            seen.add(evidence.digest)
            line = line_of(planned.probe, evidence)
            if not lock.lines(evidence.digest):
                self._unlocked[docket.subject.name] = None
            if verdict.status is not Status.PROVED:
                continue
            if self._request.is_updating:
                self._proved.setdefault(docket.subject.pattern.folder, []).append(line)
            elif (locked := lock.drifted(line)) is not None:
                self._counts["drift"] += 1
                yield DriftFound(
                    item=docket.subject.name, probe=planned.label(), locked=in_short(locked), measured=in_short(line),
                    place=verdict.place,
                )  # fmt: skip

    def _lock(self, pattern: LoadedPattern) -> Lock:
        if pattern.folder not in self._locks:
            self._locks[pattern.folder] = Lock(Path(pattern.folder) / FILE_NAME)
        return self._locks[pattern.folder]

    def closed(self, every: Iterable[Subject], notes: list[str], seconds: float) -> VerificationFinished:
        """Write the locks if asked to, and return the conclusion. `every` is all the bank has, verified or not."""
        known: dict[str, set[str]] = {}
        for subject in every if self._request.is_updating or self._request.is_locked else ():
            known.setdefault(subject.pattern.folder, set()).update(subject.possible_digests)
        notes = [*notes, *(problem for lock in self._locks.values() for problem in lock.problems)]
        mismatch = self._mismatch(known) if self._request.is_locked else []
        if self._request.is_updating:
            notes += self._updated(known)
        elif self._unlocked and not self._request.seeds and not mismatch:
            notes.append(f"proofs.lock has no proof of {_named(self._unlocked)}; `quizkit verify --update` adds it")
        counts = self._counts
        return VerificationFinished(
            proved=counts["proved"],
            refuted=counts["refuted"],
            undecided=counts["undecided"],
            needs_environment=counts["needs-environment"],
            exempt=counts["exempt"],
            drift=counts["drift"],
            probes=len(self._finished),
            cached=len(self._cached),
            seconds=seconds,
            exit_code=exit_code(counts, self._request, is_lock_stale=bool(mismatch)),
            notes=tuple(notes + mismatch),
        )

    def _mismatch(self, known: dict[str, set[str]]) -> list[str]:
        found = []
        if self._unlocked:
            found.append(f"proofs.lock has no proof of {_named(self._unlocked)}; run `quizkit verify --update`")
        for folder, lock in self._locks.items():
            if stale := len(lock.digests - known[folder]):
                found.append(f"{lock.file} has {stale} of no probe of this bank; run `quizkit verify --update`")
            found += lock.problems
        return found

    def _updated(self, known: dict[str, set[str]]) -> Iterator[str]:
        for folder, lock in self._locks.items():
            lines = lock.updated(self._proved.get(folder, ()), known[folder])
            if write_lock(lock.file, lines):
                yield f"{lock.file} was written: {len(lines)} lines"


def _named(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + more


def exit_code(counts: Counter[str], request: Request, *, is_lock_stale: bool) -> ExitCode:
    """Return what the command ends with: the worst verdict first, then what was asked for besides."""
    if counts["refuted"]:
        return ExitCode.REFUTED
    if is_lock_stale:
        return ExitCode.USAGE
    if counts["undecided"]:
        return ExitCode.UNDECIDED
    if not counts["proved"]:
        return ExitCode.NOTHING
    if request.is_strict and (counts["exempt"] or counts["needs-environment"]):
        return ExitCode.UNDECIDED
    if request.fails_on_drift and counts["drift"]:
        return ExitCode.REFUTED
    return ExitCode.PROVED

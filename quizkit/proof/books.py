"""The books of a verification: counts, locks and drift, and from them the exit code.

Invariant: locks are compared with and written to; nothing in them moves a verdict.
"""

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quizkit.bank.guessable import habits
from quizkit.errors import ExitCode
from quizkit.model.bank import Bank, LoadedPattern
from quizkit.model.event import DriftFound, ProbeFinished, VerificationFinished
from quizkit.model.verdict import Status, Verdict
from quizkit.proof.docket import Docket
from quizkit.proof.line import Line, in_short, line_of
from quizkit.proof.lock import FILE_NAME, Lock, write_lock
from quizkit.proof.prove import Result
from quizkit.proof.subject import subjects

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
    """What a verification of a bank has seen so far."""

    def __init__(self, bank: Bank, request: Request) -> None:
        self._bank, self._request = bank, request
        self._counts: Counter[str] = Counter()
        self._finished: set[str] = set()
        self._cached: set[str] = set()
        self._locks: dict[str, Lock] = {}
        """By folder of the pattern, like the lines below."""
        self._proved: defaultdict[str, list[Line]] = defaultdict(list)
        self._disproved: defaultdict[str, list[Line]] = defaultdict(list)
        self._unlocked: dict[str, None] = {}
        """Proved subjects with a probe that their lock does not know, in order."""

    def ran(self, result: Result, pending: int) -> ProbeFinished:
        """Count a result; `pending` is how many are still to come."""
        self._finished.add(result.evidence.digest)
        if result.is_cached:
            self._cached.add(result.evidence.digest)
        done = len(self._finished)
        return ProbeFinished(finished=done, planned=done + pending, is_cached=result.is_cached)

    def entered(self, docket: Docket, verdict: Verdict) -> Iterator[DriftFound]:
        """Count a verdict, and yield what of its evidence differs from the lock."""
        self._counts["needs-environment" if verdict.needs_environment else verdict.status.value] += 1
        is_proved, is_updating = verdict.status is Status.PROVED, self._request.is_updating
        if not (is_proved or is_updating):
            return
        lock, folder = self._lock(docket.subject.pattern), docket.subject.pattern.folder
        measured = {e.digest: (planned, e) for planned, e in docket.records() if e is not None and e.is_decided}
        for planned, evidence in measured.values():
            line = line_of(planned.probe, evidence)
            if is_updating:
                (self._proved if is_proved else self._disproved)[folder].append(line)
            elif lock.has(line):
                continue
            elif evidence.digest not in lock.digests:
                self._unlocked[docket.subject.name] = None
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

    def closed(self, notes: list[str], seconds: float) -> VerificationFinished:
        """Write the locks if asked to, and return the conclusion."""
        mismatch = list(self._mismatch()) if self._request.is_locked else []
        if self._request.is_updating:
            notes = [*notes, *self._updated()]
        elif self._request.is_locked:
            notes = [*notes, *mismatch]
        else:
            notes = [*notes, *(problem for lock in self._locks.values() for problem in lock.problems)]
            if self._unlocked and not self._request.seeds:
                notes.append(f"{self._lacking()}; `{self._update}` adds it")
        if not self._bank.patterns:
            where = self._bank.folder or "this folder"
            notes = [*notes, f"there is no pattern.yaml below {where}; items stand in items/*.yaml beside one"]
        counts = self._counts
        notes = [*notes, *self._habits()]
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
            notes=tuple(notes),
        )

    def _habits(self) -> Iterator[str]:
        """Yield how the keys of a whole topic could be guessed."""
        for pattern in () if self._request.only else self._bank.patterns:
            yield from (f"{pattern.pattern.id}: {habit}" for habit in habits(each.item for each in pattern.items))

    @property
    def _update(self) -> str:
        """The command that writes the locks of this bank."""
        folder = f"{shlex.quote(self._bank.folder)} " if self._bank.folder else ""
        return f"quizkit verify {folder}--update"

    def _lacking(self) -> str:
        if not any(lock.digests for lock in self._locks.values()):
            return f"there is no {FILE_NAME} yet"
        every = list(self._unlocked)
        more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
        return f"{FILE_NAME} has no proof of {', '.join(every[:_NAMED])}{more}"

    def _every_lock(self) -> Iterator[tuple[Lock, frozenset[str], str]]:
        """Yield every pattern's lock, verified or not, with the probes the pattern may have, and its folder."""
        known: defaultdict[str, set[str]] = defaultdict(set)
        for subject in subjects(self._bank):
            known[subject.pattern.folder].update(subject.possible_digests)
        for pattern in self._bank.patterns:
            yield self._lock(pattern), frozenset(known[pattern.folder]), pattern.folder

    def _mismatch(self) -> Iterator[str]:
        remedy = f"run `{self._update}`"
        if self._unlocked:
            yield f"{self._lacking()}; {remedy}"
        for lock, known, _ in self._every_lock():
            if stale := len(lock.digests - known):
                probes = "a probe that is" if stale == 1 else f"{stale} probes that are"
                yield f"{lock.file} speaks of {probes} not in this bank; {remedy}"
            yield from lock.problems

    def _updated(self) -> Iterator[str]:
        for lock, known, folder in self._every_lock():
            lines = lock.updated(self._proved[folder], self._disproved[folder], known)
            if write_lock(lock.file, lines):
                yield f"{lock.file} was written: {len(lines)} {'line' if len(lines) == 1 else 'lines'}"


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

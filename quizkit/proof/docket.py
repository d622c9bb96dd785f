"""Subjects on their way to their verdicts: planned as they are needed, heard as their evidence comes.

Invariant: a docket leaves complete, or as one that cannot be run here; in the order the subjects came, except that
one with a probe set aside for a second run holds nobody up.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from quizkit.model.verdict import Verdict
from quizkit.proof.case import Record
from quizkit.proof.needs import missing
from quizkit.proof.plan import Planned, further
from quizkit.proof.prove import Prover, Result
from quizkit.proof.subject import Subject, verdict, verdict_without_running

_WINDOW: Final = 64
"""Probes requested ahead: enough to keep every job busy, few enough to hold in memory."""
_WAITING: Final = 256
"""Dockets held back at most until those before them are complete."""

Lack = tuple[str, str]
"""What is not here, and what to do about it."""


@dataclass
class Docket:
    """A subject, what was planned for it, and what has come back."""

    subject: Subject
    seeds: tuple[int, ...]
    """Seeds of the request, instead of the author's."""
    lack: Lack | None = None
    """Why it cannot be run here."""
    planned: list[Planned] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    """By digest."""
    waiting: set[str] = field(default_factory=set)
    """Digests that have not come back."""

    def take(self, result: Result) -> list[Planned]:
        """Take a result in, and return what has to be run because of it."""
        digest = result.evidence.digest
        self.results[digest] = result
        self.waiting.discard(digest)
        asking = [planned for planned in self.planned if planned.probe.digest == digest]
        grown = [more for planned in asking for more in further(planned, result.evidence)]
        self.planned += grown
        return grown

    def records(self) -> list[Record]:
        """Return everything planned with its evidence."""
        found = [(planned, self.results.get(planned.probe.digest)) for planned in self.planned]
        return [(planned, result.evidence if result else None) for planned, result in found]

    def verdict(self) -> Verdict:
        """Return the verdict; the docket must be complete."""
        if self.subject.exempt is not None or self.lack is not None:
            return verdict_without_running(self.subject, *(self.lack or ("", "")))
        return verdict(self.subject, self.records(), self.results)


def heard(
    wanted: Iterable[Subject], prover: Prover, seeds: tuple[int, ...] = (), barrier: Lack | None = None
) -> Iterator[Result | Docket]:
    """Yield every result as it comes, and every docket when it is complete. With a `barrier`, nothing is run.

    Subjects are planned as there is room for them, so memory does not grow with the bank.
    """
    source = iter(wanted)
    queue: deque[Docket] = deque()
    askers: defaultdict[str, list[Docket]] = defaultdict(list)

    def ask(docket: Docket, planned: list[Planned]) -> None:
        probes = {each.probe.digest: each.probe for each in planned if each.probe.digest not in docket.results}
        docket.waiting |= probes.keys()
        for digest in probes:
            askers[digest].append(docket)
        prover.request(probes.values())

    def admit() -> None:
        while (
            len(queue) < _WAITING
            and len(prover.pending - prover.set_aside) < _WINDOW
            and (subject := next(source, None)) is not None
        ):
            docket = Docket(subject, seeds, barrier or missing(subject.requires))
            queue.append(docket)
            if docket.lack is None and subject.exempt is None:
                docket.planned = subject.planned(seeds)
                ask(docket, docket.planned)

    admit()
    while queue:
        result = prover.next_result()
        if result is not None:
            yield result
            for docket in askers.pop(result.evidence.digest, ()):
                ask(docket, docket.take(result))
        yield from _complete(queue, prover)
        admit()


def _complete(queue: deque[Docket], prover: Prover) -> Iterator[Docket]:
    """Take complete dockets from the head of the queue, past those that wait for a second run."""
    for docket in list(queue):
        if not docket.waiting & prover.pending:
            queue.remove(docket)
            yield docket
        elif not docket.waiting & prover.set_aside:
            return

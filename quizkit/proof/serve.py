"""What may be shown without running anything: a subject with the evidence that is at hand, judged anew.

Invariant: the verdict shown is the judge's on that evidence, and what was measured here comes before what a lock
says: where an item was verified, a forged or outdated lock has no say. What neither knows is not there.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from quizkit.errors import UsageError
from quizkit.model.bank import Bank, Fact, LoadedPattern
from quizkit.model.evidence import Evidence
from quizkit.model.exhibit import Exhibit, Exhibition
from quizkit.model.item import Item
from quizkit.proof.cache import EvidenceCache, cache_file
from quizkit.proof.docket import Docket
from quizkit.proof.lock import FILE_NAME, Lock
from quizkit.proof.prove import Result
from quizkit.proof.subject import Subject, named, subjects
from quizkit.sandbox.environment import environment_id


class Known:
    """The evidence at hand for one pattern: the cache's, else the lock's, that of this environment first."""

    def __init__(self, cache: EvidenceCache, lock: Lock) -> None:
        self._cache, self._lock = cache, lock
        self._environment = environment_id()

    def evidence(self, digests: Iterable[str]) -> dict[str, Evidence]:
        """Return what is known, by digest."""
        wanted = set(digests)
        locked = {digest: self._lock.evidence(digest, self._environment) for digest in wanted & self._lock.digests}
        return {digest: found for digest, found in locked.items() if found} | self._cache.find(wanted)


def exhibited(subject: Subject, known: Known) -> Exhibition:
    """Return everything planned for a subject with what is known of it."""
    docket = Docket(subject, ())
    if subject.exempt is None:
        docket.planned = waiting = subject.planned()
        while waiting:
            found = known.evidence(planned.probe.digest for planned in waiting)
            waiting = [more for evidence in found.values() for more in docket.take(Result(evidence))]
    return Exhibition(
        verdict=docket.verdict(),
        exhibits=tuple(
            Exhibit(
                name=planned.name(),
                seed=planned.probe.seed,
                option=planned.option,
                parts=planned.probe.parts,
                expectations=planned.probe.expectations,
                claim=planned.probe.claim,
                observe=planned.probe.observe,
                values=planned.probe.values,
                evidence=evidence,
            )
            for planned, evidence in docket.records()
        ),
    )


def catalogue(bank: Bank) -> Iterator[tuple[LoadedPattern, Iterator[Exhibition]]]:
    """Yield every pattern with what is known of each of its facts and items."""
    every = list(subjects(bank))
    with closing(EvidenceCache(cache_file())) as cache:
        for pattern in bank.patterns:
            known = Known(cache, _lock(pattern))
            yield pattern, (exhibited(subject, known) for subject in every if subject.pattern is pattern)


def exhibition(bank: Bank, name: str) -> tuple[Item | Fact, Exhibition]:
    """Return an item or a fact with what is known of it. Raises UsageError if the name is not that of exactly one."""
    subject, *others = named(bank, name)
    if others:
        raise UsageError(f"{name!r} names {1 + len(others)} items and facts; choose one, such as {subject.name}")
    with closing(EvidenceCache(cache_file())) as cache:
        shown = exhibited(subject, Known(cache, _lock(subject.pattern)))
    return subject.content, shown.model_copy(update={"folder": bank.folder})


def _lock(pattern: LoadedPattern) -> Lock:
    return Lock(Path(pattern.folder) / FILE_NAME)

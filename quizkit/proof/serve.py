"""What may be shown without running anything: a subject with its locked evidence, judged anew.

Invariant: the verdict shown is the judge's on that evidence, so a forged or outdated lock shows what it is worth;
what the lock does not know is not there.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from quizkit.errors import UsageError
from quizkit.model.bank import Bank, Fact, LoadedPattern
from quizkit.model.exhibit import Exhibit, Exhibition
from quizkit.model.item import Item
from quizkit.proof.docket import Docket
from quizkit.proof.lock import FILE_NAME, Lock
from quizkit.proof.prove import Result
from quizkit.proof.subject import Subject, subjects
from quizkit.sandbox.environment import environment_id


def exhibited(subject: Subject, lock: Lock, environment: str) -> Exhibition:
    """Return everything planned for a subject with what the lock has of it, that of `environment` first."""
    docket = Docket(subject, ())
    if subject.exempt is None:
        docket.planned = subject.planned()
        waiting = list(docket.planned)
        while waiting:
            digest = waiting.pop().probe.digest
            evidence = None if digest in docket.results else lock.evidence(digest, environment)
            if evidence is not None:
                waiting += docket.take(Result(evidence))
    return Exhibition(
        verdict=docket.verdict(),
        is_locked=bool(docket.results),
        exhibits=tuple(
            Exhibit(
                label=planned.label(),
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
    """Yield every pattern with what its lock proves of each fact and item."""
    environment = environment_id()
    for pattern in bank.patterns:
        lock = Lock(Path(pattern.folder) / FILE_NAME)
        own = [subject for subject in subjects(bank) if subject.pattern is pattern]
        yield pattern, (exhibited(subject, lock, environment) for subject in own)


def exhibition(bank: Bank, name: str) -> tuple[Item | Fact, Exhibition]:
    """Return an item or a fact with its locked proof. Raises UsageError if there is none of that name."""
    every = {subject.name: subject for subject in subjects(bank)}
    if name not in every:
        close = get_close_matches(name, list(every), 1)
        hint = f"did you mean {close[0]}?" if close else "`quizkit list` shows what there is"
        raise UsageError(f"there is no item {name!r}; {hint}")
    subject = every[name]
    lock = Lock(Path(subject.pattern.folder) / FILE_NAME)
    return subject.content, exhibited(subject, lock, environment_id())

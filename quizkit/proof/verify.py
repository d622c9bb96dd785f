"""A bank -> events: every item and fact planned, proved and judged, in the bank's order, in bounded memory.

Invariant: the exit code is decided by the verdicts in this environment and by nothing else that a lock or a cache
says; and what was not run is told as such.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

from quizkit.errors import UsageError
from quizkit.model.bank import Bank
from quizkit.model.event import ItemJudged, MutationEvent, VerificationStarted, VerifyEvent
from quizkit.proof.books import Books, Request
from quizkit.proof.cache import EvidenceCache, cache_file
from quizkit.proof.docket import heard
from quizkit.proof.forecast import forecast
from quizkit.proof.prove import Prover, Result
from quizkit.proof.subject import Subject, named, subjects
from quizkit.sandbox.barrier import barrier
from quizkit.sandbox.environment import environment_id
from quizkit.sandbox.start import confinement, is_portable


def verification(load: Callable[[], Bank], request: Request) -> Iterator[VerifyEvent]:
    """Yield the events of a verification of what `load` returns, its conclusion last.

    Raises ContentError as `load` does, UsageError for an unknown id in `request.only` and for a lock that cannot be
    written, SandboxError if the sandbox does not start.
    """
    start = time.monotonic()
    with closing(EvidenceCache(cache_file())) as cache, Prover(cache, request.jobs, request.is_fresh) as prover:
        level = confinement()
        if request.is_trusted or level.is_full:
            prover.prepare()  # It takes longer than loading the bank.
        bank = load()
        wanted = selected(bank, request.only)
        forbidden = barrier(bank, level, is_trusted=request.is_trusted)
        yield VerificationStarted(items=len(wanted), environment=environment_id(), confinement=str(level))
        books = Books(bank, request)
        if is_portable() and forbidden is None:
            made = forecast(wanted, cache, request.jobs, request.seeds, is_fresh=request.is_fresh)
            if made is not None:
                yield made
        for step in heard(wanted, prover, request.seeds, forbidden):
            if isinstance(step, Result):
                yield books.ran(step, len(prover.pending))
            else:
                told = step.verdict()
                yield ItemJudged(verdict=told)
                yield from books.entered(step, told)
        notes = cache.notes
    yield books.closed(notes, time.monotonic() - start)


def mutation(load: Callable[[], Bank], request: Request) -> Iterator[MutationEvent]:
    """Yield the fate of every mutant of every proved item, the conclusion last. Raises as `verification` does."""
    from quizkit.proof.mutate import mutate  # Here, for no other run has a use for it.

    bank = load()
    wanted = [subject for subject in selected(bank, request.only) if subject.exempt is None]
    if forbidden := barrier(bank, confinement(), is_trusted=request.is_trusted):
        raise UsageError("; ".join(forbidden))
    with closing(EvidenceCache(cache_file())) as cache, Prover(cache, request.jobs, request.is_fresh) as prover:
        yield from mutate(wanted, prover, request.seeds)


def selected(bank: Bank, only: tuple[str, ...]) -> list[Subject]:
    """Return what is to be verified, in the bank's order. Raises UsageError if nothing has one of the ids."""
    wanted = {subject.name for each in only for subject in named(bank, each)}
    return [subject for subject in subjects(bank) if not only or subject.name in wanted]

"""How long a verification will take where every probe needs a fresh interpreter: measured on one, before the rest."""

import time
from collections.abc import Iterable

from quizkit.model.event import ForecastMade
from quizkit.model.probe import Probe
from quizkit.proof.cache import EvidenceCache
from quizkit.proof.needs import missing
from quizkit.proof.subject import Subject
from quizkit.sandbox.start import start_pool


def forecast(
    wanted: Iterable[Subject], cache: EvidenceCache, jobs: int, seeds: tuple[int, ...], *, is_fresh: bool
) -> ForecastMade | None:
    """Return how much is to be run and how long it will take, or None if nothing is. Runs one empty probe.

    Raises SandboxError if the sandbox does not start.
    """
    lacking: set[str] = set()
    for subject in wanted:
        if subject.exempt is None and missing(subject.requires) is None:
            digests = {planned.probe.digest for planned in subject.planned(seeds)}
            # Subject by subject, so that no more evidence is held than one has.
            lacking |= digests if is_fresh else digests - cache.find(digests).keys()
    probes = len(lacking)
    if not probes:
        return None
    start = time.monotonic()
    with start_pool(1) as pool:
        pool.submit(Probe())
        list(pool.results())
    return ForecastMade(probes=probes, seconds=probes * (time.monotonic() - start) / min(jobs, probes))

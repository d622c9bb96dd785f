"""What prose may quote of a pattern: its facts, each with its value if that is proved by the evidence at hand.

Invariant: a value is here only if the judge calls its fact proved; nothing is run.
"""

from contextlib import closing
from pathlib import Path

from quizkit.model.bank import LoadedPattern
from quizkit.model.figure import Figure
from quizkit.proof.cache import EvidenceCache, cache_file
from quizkit.proof.lock import FILE_NAME, Lock
from quizkit.proof.serve import Known, known_figures


def figures(pattern: LoadedPattern) -> dict[str, Figure]:
    """Return the facts of a pattern with what was measured, by id, for `quizkit.bank.prose.interpolated`."""
    with closing(EvidenceCache(cache_file())) as cache:
        known = Known(cache, Lock(Path(pattern.folder) / FILE_NAME))
        return known_figures(pattern, known, pattern.pattern.facts)

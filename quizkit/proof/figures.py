"""What prose may quote of a pattern: its facts, each with its value if that is proved by the evidence at hand.

Invariant: a value is here only if the judge calls its fact proved; nothing is run.
"""

from contextlib import closing
from pathlib import Path

from quizkit.model.bank import Bank, Fact, LoadedPattern
from quizkit.model.evidence import Value
from quizkit.model.exhibit import Exhibition
from quizkit.model.figure import Figure
from quizkit.model.verdict import Status
from quizkit.proof.cache import EvidenceCache, cache_file
from quizkit.proof.lock import FILE_NAME, Lock
from quizkit.proof.serve import Known, exhibited
from quizkit.proof.subject import subjects


def figures(pattern: LoadedPattern) -> dict[str, Figure]:
    """Return the facts of a pattern with what was measured, by id, for `quizkit.bank.prose.interpolated`."""
    with closing(EvidenceCache(cache_file())) as cache:
        known = Known(cache, Lock(Path(pattern.folder) / FILE_NAME))
        return {
            str(subject.root[-1]): Figure(fact=subject.content, value=_value(exhibited(subject, known)))
            for subject in subjects(Bank(patterns=(pattern,)))
            if isinstance(subject.content, Fact)
        }


def _value(shown: Exhibition) -> Value | None:
    """Return the value of a proved fact; seeds agree on it, so that of the first is taken."""
    if shown.verdict.status is not Status.PROVED:
        return None
    read = next((each.evidence.observe for each in shown.exhibits if each.evidence is not None), None)
    return read.value if read is not None else None

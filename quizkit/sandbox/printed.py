"""What a program printed, read as an expression: in a process of its own, away from the program. Pure.

Invariant: output that could not be read for sure decides nothing.
"""

from typing import Final

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Probe

_EXPRESSION_LIMIT: Final = 10_000
_CARRIED_OVER: Final = frozenset(
    {Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.BLOCKED, Outcome.SANDBOX_FAILED}
)
"""Ends of reading the output that leave open what it says."""


def reading(probe: Probe, evidence: Evidence) -> Probe | None:
    """Return the probe that reads what `probe` printed, if it asks for that and there is something to read."""
    text = evidence.stdout.strip()
    is_read = probe.reads_stdout and evidence.outcome is Outcome.RETURNED
    if not is_read or not 0 < len(text) <= _EXPRESSION_LIMIT:
        return None
    return Probe(prelude=probe.prelude, values={"stdout": evidence.stdout}, seed=probe.seed, limits=probe.limits)


def with_printed(finished: Evidence, read: Evidence) -> Evidence:
    """Add what standard output says as an expression to the evidence of the program that printed it."""
    if read.outcome in _CARRIED_OVER:
        reason = f"what it printed could not be read as an expression: {read.reason}"
        return finished.model_copy(update={"outcome": read.outcome, "reason": reason})
    return finished.model_copy(update={"printed": read.values.get("stdout")})

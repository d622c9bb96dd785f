"""A probe: one planned execution, complete in itself.

Invariant: two probes with the same digest are the same experiment. Deadlines and memory are not in the digest:
they bound an execution and do not change what it says.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, Self

from quizkit.model.base import Noun
from quizkit.model.limits import Limits

HARNESS_VERSION: Final = 1
"""Raised whenever the same probe could now give other evidence: proofs made before no longer apply."""


class Part(Noun):
    """A piece of the program, compiled apart so that its lines are the author's lines."""

    phase: str
    """setup, given, option, or the name of a stage."""
    source: str
    """Program text."""


class Probe(Noun):
    """One planned execution: program, expectations, limits, context, seed."""

    prelude: str = ""
    """Imports executed first."""
    parts: tuple[Part, ...] = ()
    """The program, in order."""
    expectations: dict[str, str] = {}
    """Named boolean expressions, evaluated if every part returned."""
    claim: str | None = None
    """A boolean expression, evaluated where the program stopped, be it by an exception."""
    observe: str | None = None
    """An expression described as it is, evaluated if every part returned."""
    reads_stdout: bool = False
    """Read standard output as an expression, in a fresh process with a clean prelude."""
    values: dict[str, str] = {}
    """Named expressions, each described as it is, evaluated in clean preludes."""
    seed: int = 0
    """Seed of every random number generator, set before each part."""
    limits: Limits = Limits()
    """What it may use."""
    requires: tuple[str, ...] = ()
    """weights, cuda or scratch."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with changes; the digest is not taken over, for it would be that of another experiment."""
        copied = super().model_copy(update=update, deep=deep)
        copied.__dict__.pop("digest", None)
        return copied

    @cached_property
    def digest(self) -> str:
        """SHA-256 over what decides the evidence, the harness version included; 64 hexadecimal digits."""
        facts = self.model_dump(exclude={"limits": {"cpu_seconds", "memory_mib"}})
        # Keys are not sorted: expectations are evaluated in their order, and one may change what the next one sees.
        canonical = json.dumps([HARNESS_VERSION, facts], separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()

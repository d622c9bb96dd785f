"""Verdicts: what the judge concludes, with reasons, each with its place in the file."""

from enum import StrEnum
from typing import Final

from pydantic import ConfigDict

from quizkit.model.bank import Path, Place
from quizkit.model.base import Noun
from quizkit.model.text import PrintableText

_CLEANED: Final = ConfigDict(revalidate_instances="always")
"""Validate again what is put into another noun: `model_copy(update=...)` validates nothing, so it cleans no text."""


class Status(StrEnum):
    """The judge's conclusion on an item."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    EXEMPT = "exempt"


class FindingKind(StrEnum):
    """Why an item is refuted: a closed set."""

    FALSE_PREMISE = "false-premise"
    """The stem's situation does not occur; the options were not judged."""
    NONE_HOLDS = "none-holds"
    """No option is right."""
    KEY_FAILS = "key-fails"
    """A keyed option is wrong."""
    DISTRACTOR_HOLDS = "distractor-holds"
    """A distractor is right."""
    WRONG_REASON = "wrong-reason"
    """A distractor fails, but not as declared."""
    CONTEXT_DEPENDENT = "context-dependent"
    """An option is right in one context and wrong in another."""
    NONDETERMINISTIC = "nondeterministic"
    """An option is right under one seed and wrong under another."""
    INDISTINGUISHABLE = "indistinguishable"
    """A distractor says the same as a keyed option, or a fact has the value of one that it must differ from."""


class Reason(StrEnum):
    """Why an item is undecided: a closed set."""

    TIMED_OUT = "timed-out"
    CRASHED = "crashed"
    OUT_OF_MEMORY = "out-of-memory"
    BLOCKED = "blocked"
    SANDBOX_FAILED = "sandbox-failed"
    NEEDS_ENVIRONMENT = "needs-environment"


class Finding(Noun):
    """One reason for a verdict."""

    model_config = _CLEANED

    kind: FindingKind | Reason
    """What was found."""
    what: PrintableText
    """The finding in a sentence."""
    instance: PrintableText = ""
    """Which instance, if the item has variants."""
    option: PrintableText | None = None
    """Which option."""
    shown: PrintableText = ""
    """The option as the learner reads it."""
    context: PrintableText = ""
    """Which context, as `name=value`."""
    seed: int | None = None
    """Which seed."""
    details: tuple[PrintableText, ...] = ()
    """What was measured: got and wanted, phase and exception, sub-values."""
    table: tuple[tuple[PrintableText, ...], ...] = ()
    """A table, header first: contexts or seeds against options."""
    remedy: PrintableText = ""
    """What the author can do."""
    path: Path = ()
    """What it is about, inside the item."""
    place: Place | None = None
    """Where that stands."""


class Verdict(Noun):
    """The judge's conclusion on an item."""

    model_config = _CLEANED

    pattern: PrintableText
    """Id of the topic."""
    item: PrintableText
    """Id of the item; `fact:ID` for a fact."""
    status: Status
    """The conclusion."""
    stem: PrintableText = ""
    """The asking text."""
    findings: tuple[Finding, ...] = ()
    """Every reason, refuting ones first."""
    exempt: PrintableText | None = None
    """The written reason, for an exempt item."""
    instances: int = 1
    """How many instances were judged."""
    probes: int = 0
    """How many distinct probes it rests on."""
    cached: int = 0
    """How many of them came from the cache."""
    seconds: float = 0.0
    """CPU time of the probes that were run."""
    notes: tuple[PrintableText, ...] = ()
    """What a reader should know: stub weights, probes that were run twice."""
    place: Place | None = None
    """Where the item stands."""

    @property
    def needs_environment(self) -> bool:
        """Whether it is undecided only because something is not here."""
        kinds = {finding.kind for finding in self.findings}
        return self.status is Status.UNDECIDED and kinds == {Reason.NEEDS_ENVIRONMENT}

"""Events of a verification, in the past tense and in the order they happen. Every one survives a JSON round trip."""

from typing import Annotated, Literal

from pydantic import Field

from quizkit.errors import ExitCode
from quizkit.model.bank import Place
from quizkit.model.base import Noun
from quizkit.model.text import PrintableText
from quizkit.model.verdict import Verdict


class VerificationStarted(Noun):
    """The bank was planned."""

    event: Literal["verification-started"] = "verification-started"
    """Tag."""
    items: int
    """How many items and facts will be judged."""
    environment: str
    """Id of the environment."""
    confinement: str
    """Level of the sandbox."""


class ProbeFinished(Noun):
    """A probe has its evidence."""

    event: Literal["probe-finished"] = "probe-finished"
    """Tag."""
    finished: int
    """How many probes have their evidence now."""
    planned: int
    """How many are planned so far; seeds add more."""
    is_cached: bool
    """Whether the evidence came from the cache."""


class ItemJudged(Noun):
    """An item has its verdict."""

    event: Literal["item-judged"] = "item-judged"
    """Tag."""
    verdict: Verdict
    """The verdict."""


class DriftFound(Noun):
    """A probe of the lock gave other evidence here. The verdict does not rest on it."""

    event: Literal["drift-found"] = "drift-found"
    """Tag."""
    item: str
    """Id of the item."""
    probe: PrintableText
    """Which probe, in words."""
    locked: PrintableText
    """What the lock says, in short."""
    measured: PrintableText
    """What was measured here, in short."""
    place: Place | None = None
    """Where the item stands."""


class VerificationFinished(Noun):
    """Everything was judged."""

    event: Literal["verification-finished"] = "verification-finished"
    """Tag."""
    proved: int
    """Items proved."""
    refuted: int
    """Items refuted."""
    undecided: int
    """Items undecided for another reason than the environment."""
    needs_environment: int
    """Items undecided because something is not here."""
    exempt: int
    """Items exempt, with a written reason."""
    drift: int
    """Probes whose evidence differs from the lock."""
    probes: int
    """Distinct probes the verdicts rest on."""
    cached: int
    """How many of them came from the cache."""
    seconds: float
    """Wall time."""
    exit_code: ExitCode
    """What the command ends with."""
    notes: tuple[PrintableText, ...] = ()
    """What a reader should know."""


VerifyEvent = Annotated[
    VerificationStarted | ProbeFinished | ItemJudged | DriftFound | VerificationFinished,
    Field(discriminator="event"),
]
"""What `proof.verify` yields."""

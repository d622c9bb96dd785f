"""Events of a verification and of a mutation test, in the past tense and in the order they happen.

Invariant: every one survives a JSON round trip.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from pydantic import Field

from quizkit.errors import ExitCode
from quizkit.model.bank import Place
from quizkit.model.base import Noun
from quizkit.model.text import PrintableText
from quizkit.model.verdict import FindingKind, Reason, Verdict


class VerificationStarted(Noun):
    """The bank was planned."""

    event: Literal["verification-started"] = "verification-started"
    """Tag."""
    items: int
    """How many items and facts will be judged."""
    environment: PrintableText
    """Id of the environment."""
    confinement: PrintableText
    """Level of the sandbox."""


class ForecastMade(Noun):
    """This will take long, measured on one probe: told before it begins."""

    event: Literal["forecast-made"] = "forecast-made"
    """Tag."""
    probes: int
    """How many probes have to be run at least; seeds may add more."""
    seconds: float
    """Wall time they will take about."""


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
    """A probe of the lock gave other evidence here. Follows the verdict on its item, which does not rest on it."""

    event: Literal["drift-found"] = "drift-found"
    """Tag."""
    item: PrintableText
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
    VerificationStarted | ForecastMade | ProbeFinished | ItemJudged | DriftFound | VerificationFinished,
    Field(discriminator="event"),
]
"""What `proof.verify` yields."""


Operator = Literal["flip-key", "swap-options", "delete-statement", "change-integer", "drop-expectation"]
"""How a mutant is made of a proved item."""

Fate = Literal["killed", "survived", "equivalent", "undecided", "stillborn"]
"""What became of a mutant: refuted, proved, proved on the very same evidence, not decided, or no item at all."""


class MutantJudged(Noun):
    """An item was changed so that its key should no longer hold, and judged again."""

    event: Literal["mutant-judged"] = "mutant-judged"
    """Tag."""
    item: PrintableText
    """Id of the item, or of its instance."""
    operator: Operator
    """What kind of change it is."""
    description: PrintableText
    """What was changed, in words."""
    fate: Fate
    """What became of it."""
    by: tuple[FindingKind | Reason, ...] = ()
    """The kinds of the findings that killed it, or of those that left it undecided."""
    place: Place | None = None
    """Where the changed text stands."""


class OperatorCounts(Noun):
    """What became of the mutants that one operator made."""

    operator: Operator
    """The operator."""
    killed: int = 0
    """Refuted, as they should be."""
    survived: int = 0
    """Proved on other evidence than the item's own: the item does not notice the change."""
    equivalent: int = 0
    """Proved on the very same evidence: the change says nothing else."""
    undecided: int = 0
    """Neither."""
    stillborn: int = 0
    """Not a well-formed item any more, so never run."""

    @property
    def score(self) -> float | None:
        """The share of killed mutants among those that could be killed; None if there were none."""
        decided = self.killed + self.survived
        return self.killed / decided if decided else None


class MutationFinished(Noun):
    """Every mutant was judged."""

    event: Literal["mutation-finished"] = "mutation-finished"
    """Tag."""
    counts: tuple[OperatorCounts, ...]
    """What became of the mutants, an entry per operator, as `mutant_counts` makes it."""
    seconds: float
    """Wall time."""
    exit_code: ExitCode
    """What the command ends with."""
    notes: tuple[PrintableText, ...] = ()
    """What a reader should know."""


MutationEvent = Annotated[ProbeFinished | MutantJudged | MutationFinished, Field(discriminator="event")]
"""What a mutation test yields."""


def mutant_counts(mutants: Iterable[MutantJudged]) -> tuple[OperatorCounts, ...]:
    """Return what became of `mutants`, an entry for every operator, also for one that made none."""
    seen = Counter((mutant.operator, mutant.fate) for mutant in mutants)
    fates: tuple[Fate, ...] = get_args(Fate)
    operators: tuple[Operator, ...] = get_args(Operator)
    return tuple(
        OperatorCounts(operator=operator, **{fate: seen[operator, fate] for fate in fates}) for operator in operators
    )

"""What a person may be shown of a proof: each probe with its evidence, and the verdict that follows from it."""

from quizkit.model.base import Noun
from quizkit.model.evidence import Evidence
from quizkit.model.probe import Part
from quizkit.model.text import PrintableText
from quizkit.model.verdict import Verdict


class Exhibit(Noun):
    """One probe of a proof."""

    name: PrintableText
    """What it is, for people; its seed apart."""
    seed: int = 0
    """The seed it was run under."""
    option: str | None = None
    """The option it is about."""
    parts: tuple[Part, ...] = ()
    """The program, in order."""
    expectations: dict[str, str] = {}
    """Named boolean expressions."""
    claim: str | None = None
    """The boolean expression evaluated where the program stopped."""
    observe: str | None = None
    """The observed expression."""
    values: dict[str, str] = {}
    """The values that options state."""
    evidence: Evidence | None = None
    """What is recorded; None if nothing is."""


class Exhibition(Noun):
    """Everything about one proof."""

    verdict: Verdict
    """The judge's conclusion from this evidence alone; undecided if not enough is recorded."""
    folder: PrintableText = ""
    """The folder of the bank it is from."""
    exhibits: tuple[Exhibit, ...] = ()
    """The probes, in the order planned."""

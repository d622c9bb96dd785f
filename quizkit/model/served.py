"""What a learner may be shown: proved items and cards, complete, with what happened when each option was run.

Invariant: `proof.serve` alone makes these, and of proved items only. Nothing here has to be looked up again: a face
shows a question, its feedback and its evidence from one noun.
"""

from pydantic import Field

from quizkit.model.base import Noun
from quizkit.model.evidence import Outcome, Raise
from quizkit.model.item import Difficulty
from quizkit.model.text import PrintableText

RECALLED = "recalled"
FORGOTTEN = "forgotten"


class Check(Noun):
    """One thing an option says, and what execution said to it."""

    name: PrintableText
    """The expectation's name; `claim`, or `value` for what an output option states."""
    source: PrintableText
    """The expression that was evaluated; `stdout` for what was printed."""
    wanted: PrintableText
    """What it must give for the option to hold."""
    got: PrintableText
    """What it gave: a value, or an exception in a line."""
    holds: bool | None = None
    """Whether it gave what is wanted; None if it raised."""
    parts: tuple[tuple[PrintableText, PrintableText], ...] = ()
    """Sub-expressions with what each gave."""


class OptionEvidence(Noun):
    """What really happened when an option was run, in one context; seeds agree, so the first is shown."""

    about: PrintableText = ""
    """What was run if an option has several: `cure`, `claim`."""
    contexts: tuple[PrintableText, ...] = ()
    """The contexts it happened in alike, as `name=value`; empty for an item without contexts."""
    outcome: Outcome
    """How the program ended."""
    raised: Raise | None = None
    """The exception, with its phase and message, if it raised."""
    checks: tuple[Check, ...] = ()
    """Everything that was evaluated."""
    stdout: PrintableText = ""
    """What it printed, bounded."""


class ServedOption(Noun):
    """A selectable option with its evidence."""

    id: str
    """Its id, unique in the item."""
    text: PrintableText
    """What the learner reads: Python if `is_code`, else Markdown of one paragraph."""
    is_code: bool
    """Whether `text` is a piece of a program, to be highlighted."""
    is_right: bool
    """Whether it is in the key."""
    holds: bool
    """Whether all it says is true. The opposite of `is_right` where the stem asks which do not hold."""
    rationale: PrintableText
    """Why it is right, or the mistake behind it."""
    cure: PrintableText = ""
    """For a diagnosis: a unified diff of the faulty program and the cured one; empty for no change."""
    evidence: tuple[OptionEvidence, ...] = Field(min_length=1)
    """What happened when it was run."""


class ServedItem(Noun):
    """A proved item, one instance of it, ready to be asked."""

    id: str
    """Id of the instance: the item's own, or `item?name=value`."""
    item: str
    """Id of the item, on which history hangs."""
    pattern: str
    """Id of the pattern."""
    digest: str
    """Digest of the item's program and key. Progress made under another digest no longer counts."""
    kind: str
    """snippet, output, diagnosis or claim."""
    difficulty: Difficulty
    """easy, medium or hard."""
    concepts: tuple[str, ...]
    """What it is about."""
    stem: PrintableText
    """The asking text, Markdown."""
    given: PrintableText = ""
    """The program shown with the stem; `____` in it marks where an option goes."""
    stages: tuple[tuple[PrintableText, PrintableText], ...] = ()
    """What is run after that, each phase with its code: shown with the evidence, which names phases."""
    premise: tuple[OptionEvidence, ...] = ()
    """For a diagnosis: what the program in the stem did as it stands."""
    options: tuple[ServedOption, ...]
    """The options in the author's order; a session has an order of its own."""
    is_shuffled: bool = True
    """Whether a session may put the options in another order."""
    hints: tuple[PrintableText, ...] = ()
    """A ladder, each hint giving away more."""
    steps: tuple[PrintableText, ...] = ()
    """The worked solution."""
    quick_check: PrintableText = ""
    """A short test of the answer that one can do in the head."""
    environments: tuple[PrintableText, ...]
    """Ids of the environments in which its evidence was recorded."""
    is_proved_here: bool
    """Whether all of its evidence is of the environment that is installed now."""
    notes: tuple[PrintableText, ...] = ()
    """What a reader of the evidence should know, such as stub weights."""

    @property
    def key(self) -> tuple[str, ...]:
        """Ids of the right options."""
        return tuple(option.id for option in self.options if option.is_right)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """Ids of all options, in the author's order."""
        return tuple(option.id for option in self.options)

    @property
    def selects_several(self) -> bool:
        """Whether any number of options may be chosen, not exactly one."""
        return self.kind == "claim" or len(self.key) > 1

    def option(self, option_id: str) -> ServedOption:
        """Return an option by its id. Raises KeyError."""
        return {option.id: option for option in self.options}[option_id]


class ServedCard(Noun):
    """A flip card, its figures filled in from proved facts. To a session it is a question one answers oneself."""

    id: str
    """`card:ID`."""
    pattern: str
    """Id of the pattern."""
    concepts: tuple[str, ...] = ()
    """What it is about."""
    front: PrintableText
    """The asking side, Markdown."""
    back: PrintableText
    """The answer, Markdown."""

    hints: tuple[PrintableText, ...] = ()
    """A card has none."""
    digest: str = ""
    """A card has no program, so no edit ever resets it."""
    difficulty: Difficulty | None = None
    """A card has none."""
    is_shuffled: bool = False
    """Its two answers stay in order."""

    @property
    def item(self) -> str:
        """The id on which history hangs."""
        return self.id

    @property
    def key(self) -> tuple[str, ...]:
        """The response that counts as right."""
        return (RECALLED,)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """What one can say of it after turning it over."""
        return (RECALLED, FORGOTTEN)

    @property
    def selects_several(self) -> bool:
        """One says one of the two."""
        return False


Entry = ServedItem | ServedCard
"""What a session asks."""


class Offer(Noun):
    """Everything of a pattern that may be asked."""

    pattern: str
    """Id of the pattern."""
    items: tuple[ServedItem, ...] = ()
    """Its proved items, every instance of each, in the bank's order."""
    cards: tuple[ServedCard, ...] = ()
    """Its cards."""
    withheld: tuple[str, ...] = ()
    """Ids of items and cards that are not proved by what is recorded, so not asked; `quizkit verify` proves them."""

    @property
    def entries(self) -> dict[str, Entry]:
        """Everything in it, by id."""
        every: tuple[Entry, ...] = (*self.items, *self.cards)
        return {entry.id: entry for entry in every}

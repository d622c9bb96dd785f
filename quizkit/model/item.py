"""Items: what an author writes. Four kinds, one idea: every option says things that execution decides.

Invariant: an item here is well-formed by itself; what needs Python's grammar (placeholders, vacuous claims,
edits) is checked by `quizkit.bank.lint`, and whether the key is right only by running it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from quizkit.model.base import Written
from quizkit.model.failure import RESERVED_PHASES, Fails, Stage
from quizkit.model.limits import Limits
from quizkit.model.option import ClaimOption, DiagnosisOption, OutputOption, SnippetOption
from quizkit.model.table import ROW_LIMIT, Table, placeholder_names, row_count
from quizkit.model.text import Code, Id, Prose


class Difficulty(StrEnum):
    """How hard an item is meant to be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


Requirement = Annotated[
    str, StringConstraints(pattern=r"^(weights|cuda|scratch|(python|torch|torchvision)>=[0-9]+(\.[0-9]+)*)$")
]
"""Something a probe needs: real weights, a CUDA device, a scratch directory, or a minimum version."""


def _true_or_false(value: object) -> object:
    if isinstance(value, str) and value.lower() not in ("true", "false"):
        raise ValueError(f"is neither true nor false but {value[:20]!r}: write true, or leave it out")
    return value


def _named_stages(value: object) -> object:
    return {"then": value} if isinstance(value, str) else value


def _unreserved(stages: dict[str, str]) -> dict[str, str]:
    if taken := sorted(stages.keys() & set(RESERVED_PHASES)):
        raise ValueError(f"names a stage {taken[0]!r}, which is a phase of the harness: choose another name")
    return stages


Stages = Annotated[
    dict[Stage, Code],
    Field(max_length=20),
    AfterValidator(_unreserved),
    BeforeValidator(_named_stages, json_schema_input_type=dict[Stage, Code] | Code),
]

ExpectationName = Annotated[Code, Field(max_length=80)]
"""The name of an expectation, in the author's words."""

Expectations = Annotated[dict[ExpectationName, Code], Field(max_length=50)]

_OPTIONS: Final = Field(min_length=2, max_length=20)


def _distinct(seeds: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if seeds is not None and len(set(seeds)) < len(seeds):
        raise ValueError("names a seed twice: keep one")
    return seeds


Seeds = Annotated[
    tuple[Annotated[int, Field(ge=0, lt=2**32)], ...], Field(min_length=1, max_length=20), AfterValidator(_distinct)
]


class BaseItem(Written):
    """What all four kinds have in common."""

    id: Id
    """Stable for ever: a learner's history hangs on it."""
    difficulty: Difficulty
    """easy, medium or hard."""
    concepts: Annotated[tuple[Id, ...], Field(min_length=1)]
    """What it is about."""
    stem: Prose
    """The asking text."""
    setup: Code = ""
    """Program text that is not part of the question; shown with the proof."""
    then: Stages = {}
    """What is run after the question's own code: one program, or named stages."""
    expect: Expectations = {}
    """Named expressions that must be true in the end."""
    key: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Ids of the right options."""
    negated: Annotated[bool, BeforeValidator(_true_or_false)] = False
    """The stem asks which options do not hold."""
    contexts: Table | None = None
    """Placeholders for setup, then, expect and match: the key must hold in every one."""
    variants: Table | None = None
    """Placeholders usable anywhere: each row is an instance proved on its own."""
    requires: tuple[Requirement, ...] = ()
    """What a probe needs of the environment."""
    limits: Limits = Limits()
    """What a probe may use."""
    seeds: Seeds | None = None
    """Seeds to run under; without it 0, and 1 and 2 as well if random numbers were drawn."""
    exempt: Prose | None = None
    """Why this item cannot be proved by running it. Counted, shown, fails under --strict."""
    steps: tuple[Prose, ...] = ()
    """The worked solution."""
    quick_check: Prose | None = None
    """A short test of the answer that a learner can do in the head."""
    hints: tuple[Prose, ...] = ()
    """A ladder of hints, each giving away more."""
    shuffle: Annotated[bool, BeforeValidator(_true_or_false)] = True
    """Whether options may be shown in any order; false where they have one of their own, such as that of size."""

    @field_validator("exempt")
    @classmethod
    def _reason_written(cls, value: str | None) -> str | None:
        if value is not None and len(value.split()) < 3:
            raise ValueError("gives no reason: write why no run can decide it, in a sentence")
        return value

    @model_validator(mode="after")
    def _tables_fit(self) -> Self:
        if both := self.context_names() & self.variant_names():
            raise ValueError(f"declares ${min(both)} both as a context and as a variant: rename one")
        if "option" in self.context_names() | self.variant_names():
            raise ValueError("declares $option, which is where an option goes: choose another name")
        if (count := row_count(self.contexts) * row_count(self.variants)) > ROW_LIMIT:
            raise ValueError(f"has {count:,} instances and contexts, the limit is {ROW_LIMIT}: shorten its tables")
        return self

    def should_hold(self, option_id: str) -> bool:
        """Say whether the key promises that this option holds."""
        return (option_id in self.key) != self.negated

    def context_names(self) -> set[str]:
        """Return the placeholders that contexts declare."""
        return placeholder_names(self.contexts)

    def variant_names(self) -> set[str]:
        """Return the placeholders that variants declare."""
        return placeholder_names(self.variants)


class SnippetItem(BaseItem):
    """Which code makes every expectation true?"""

    kind: Literal["snippet"]
    """snippet"""
    given: Code = ""
    """Code shown before the options; a line `$option` in it marks where the option goes."""
    options: Annotated[tuple[SnippetOption, ...], _OPTIONS]
    """What the learner chooses from."""
    expect: Annotated[Expectations, Field(min_length=1)]
    """Named expressions that must be true in the end."""


class OutputItem(BaseItem):
    """What does this program give?"""

    kind: Literal["output"]
    """output"""
    given: Code
    """The program."""
    observe: Code | None = None
    """An expression over the finished program; without it, standard output is compared."""
    tolerance: Annotated[float, Field(gt=0, le=1)] = 1e-4
    """How far apart two floats may be and still be equal, as a part of the larger; near zero, 1e-4 of it absolute."""
    options: Annotated[tuple[OutputOption, ...], _OPTIONS]
    """What the learner chooses from."""


class DiagnosisItem(BaseItem):
    """What is wrong with this program?"""

    kind: Literal["diagnosis"]
    """diagnosis"""
    given: Code
    """The faulty program."""
    premise: Fails | None = None
    """How it fails. Left out only where the key says that there is no fault."""
    options: Annotated[tuple[DiagnosisOption, ...], _OPTIONS]
    """What the learner chooses from."""
    expect: Annotated[Expectations, Field(min_length=1)]
    """Named expressions that are true once the fault is cured."""


class ClaimItem(BaseItem):
    """Which sentences about this program are true?"""

    kind: Literal["claim"]
    """claim"""
    given: Code
    """The program."""
    options: Annotated[tuple[ClaimOption, ...], _OPTIONS]
    """What the learner chooses from."""


Item = Annotated[SnippetItem | OutputItem | DiagnosisItem | ClaimItem, Discriminator("kind")]
"""A question with options whose truth execution decides."""

KINDS: Final[Mapping[str, type[SnippetItem | OutputItem | DiagnosisItem | ClaimItem]]] = {
    "snippet": SnippetItem,
    "output": OutputItem,
    "diagnosis": DiagnosisItem,
    "claim": ClaimItem,
}
"""The class of each kind."""

"""Items: what an author writes. Four kinds, one idea: every option says things that execution decides.

Invariant: an item here is well-formed by itself; what needs Python's grammar (placeholders, vacuous claims,
edits) is checked by `quizkit.bank.lint`, and whether the key is right only by running it.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import product
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    field_validator,
    model_validator,
)

from quizkit.model.base import Written
from quizkit.model.text import Code, Prose

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=80)]
"""A stable identifier: lower-case letters, digits and hyphens."""

Placeholder = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
"""The name after `$` of a context or variant."""

RESERVED_PHASES: Final = ("prelude", "setup", "given", "option", "expect", "claim", "observe", "syntax")
"""Phases that are not stages of `then`; a single unnamed `then` is the phase `then`."""

STAGE_PATTERN: Final = r"^[a-z][a-z0-9_-]*$"


class Difficulty(StrEnum):
    """How hard an item is meant to be."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Failure(Written):
    """A raise that an author declares: type and phase decide, `match` only where they do not separate causes."""

    raises: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w.]*$")]
    """Exact class name of the exception, not a base class of it."""
    during: Annotated[str, StringConstraints(pattern=STAGE_PATTERN)]
    """The phase it is raised in: setup, given, option, syntax, or a stage of `then`."""
    match: Code | None = None
    """A regular expression searched in the normalised message."""

    @field_validator("match")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as error:
                raise ValueError(f"not a regular expression: {error}") from None
        return value


def _failure_tag(value: object) -> str:
    return "expectation" if isinstance(value, str) else "raise"


Fails = Annotated[Annotated[Code, Tag("expectation")] | Annotated[Failure, Tag("raise")], Discriminator(_failure_tag)]
"""How something fails: the name of an expectation that runs and is False, or a declared raise."""


def _table_tag(value: object) -> str:
    return "rows" if isinstance(value, list | tuple) else "product"


_Row = dict[Placeholder, Code]
Table = Annotated[
    Annotated[dict[Placeholder, Annotated[tuple[Code, ...], Field(min_length=1)]], Tag("product")]
    | Annotated[tuple[_Row, ...], Tag("rows")],
    Discriminator(_table_tag),
]
"""Values of placeholders: a mapping of lists is their product, a list of mappings is rows."""


def rows(table: Mapping[str, tuple[str, ...]] | tuple[dict[str, str], ...] | None) -> list[dict[str, str]]:
    """Return the table's rows, each a mapping of placeholder to text; one empty row for no table."""
    if not table:
        return [{}]
    if isinstance(table, Mapping):
        return [dict(zip(table, values, strict=True)) for values in product(*table.values())]
    return [dict(row) for row in table]


def _placeholder_names(table: Any) -> set[str]:
    return {name for row in rows(table) for name in row}


class Limits(Written):
    """What one probe may use."""

    cpu_seconds: Annotated[float, Field(gt=0, le=120)] = 20
    """CPU time in seconds; wall time is six times this."""
    memory_mib: Annotated[int, Field(ge=64, le=8192)] = 1024
    """Memory in MiB on top of what the idle child already has."""
    threads: Annotated[int, Field(ge=1, le=8)] = 1
    """Intra-op threads of torch."""


Requirement = Annotated[
    str, StringConstraints(pattern=r"^(weights|cuda|scratch|(python|torch|torchvision)>=\d+(\.\d+)*)$")
]
"""Something a probe needs: real weights, a CUDA device, a scratch directory, or a minimum version."""


class SnippetOption(Written):
    """An option that is code. It holds iff nothing raises and every expectation is true."""

    id: Id
    """Stable identifier, unique in the item."""
    code: Code
    """The program text the learner chooses."""
    rationale: Prose
    """Why it is right, or why it tempts."""
    fails: Fails | None = None
    """How it fails; without it, it must run to the end and make an expectation false."""

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.code


class OutputOption(Written):
    """An option that says what a program gives: a value, or a raise."""

    id: Id
    """Stable identifier, unique in the item."""
    value: Code | None = None
    """A Python expression, evaluated in a clean prelude and compared by type, shape and value."""
    raises: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][\w.]*$")] | None = None
    """Exact class name of the exception it says is raised."""
    during: Annotated[str, StringConstraints(pattern=STAGE_PATTERN)] | None = None
    """The phase it says the exception is raised in."""
    match: Code | None = None
    """A regular expression searched in the normalised message."""
    claim: Code | None = None
    """A boolean about the program's state that must be true as well."""
    text: Prose | None = None
    """What the learner reads instead of the value."""
    rationale: Prose
    """Why it is right, or why it tempts."""

    @model_validator(mode="after")
    def _value_or_raise(self) -> Self:
        if (self.value is None) == (self.raises is None):
            raise ValueError("needs either a value or a raise (raises + during)")
        if (self.raises is None) != (self.during is None):
            raise ValueError("raises and during go together")
        if self.raises is None and self.match is not None:
            raise ValueError("match needs raises and during")
        self.failure()
        return self

    def failure(self) -> Failure | None:
        """Return the raise this option says happens, if it says one."""
        if self.raises is None or self.during is None:
            return None
        return Failure(raises=self.raises, during=self.during, match=self.match)

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.text or self.value or f"{self.raises} during {self.during}"


class DiagnosisOption(Written):
    """An option that names a cause: tried by a cure, by a claim, or by both."""

    id: Id
    """Stable identifier, unique in the item."""
    text: Prose
    """What the learner reads."""
    cure: dict[Code, Code] | None = None
    """Edits of `given` (find: replace), each found exactly once; {} says that there is no fault."""
    claim: Code | None = None
    """A boolean evaluated where the faulty program stopped."""
    rationale: Prose
    """Why it is right, or why it tempts."""
    fails: Fails | None = None
    """How the script still fails with this cure; without it, exactly as the premise says."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.cure is None and self.claim is None:
            raise ValueError("says nothing that can be run: give it a cure, a claim, or both")
        if self.cure is None and self.fails is not None:
            raise ValueError("fails describes a cure, and there is none")
        return self

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.text


class ClaimOption(Written):
    """An option that is a sentence, with a boolean over the finished program."""

    id: Id
    """Stable identifier, unique in the item."""
    text: Prose
    """What the learner reads."""
    claim: Code
    """The sentence as a boolean expression."""
    rationale: Prose
    """Why it is right, or why it tempts."""

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.text


Option = SnippetOption | OutputOption | DiagnosisOption | ClaimOption


def _named_stages(value: object) -> object:
    return {"then": value} if isinstance(value, str) else value


Stages = Annotated[
    dict[Annotated[str, StringConstraints(pattern=STAGE_PATTERN)], Code],
    BeforeValidator(_named_stages, json_schema_input_type=dict[str, Code] | Code),
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
    expect: dict[Annotated[Code, StringConstraints(min_length=1, max_length=80)], Code] = {}
    """Named expressions that must be true in the end."""
    key: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Ids of the right options."""
    negated: bool = False
    """The stem asks which options do not hold."""
    contexts: Table | None = None
    """Placeholders for setup, then, expect and match: the key must hold in every one."""
    variants: Table | None = None
    """Placeholders usable anywhere: each row is an instance proved on its own."""
    requires: tuple[Requirement, ...] = ()
    """What a probe needs of the environment."""
    limits: Limits = Limits()
    """What a probe may use."""
    seeds: Annotated[tuple[Annotated[int, Field(ge=0, lt=2**32)], ...], Field(min_length=1)] | None = None
    """Seeds to run under; without it 0, and 1 and 2 as well if random numbers were drawn."""
    exempt: Prose | None = None
    """Why this item cannot be proved by running it. Counted, shown, fails under --strict."""
    steps: tuple[Prose, ...] = ()
    """The worked solution."""
    quick_check: Prose | None = None
    """A short test of the answer that a learner can do in the head."""
    hints: tuple[Prose, ...] = ()
    """A ladder of hints, each giving away more."""

    @field_validator("then")
    @classmethod
    def _no_reserved_stage(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            if name in RESERVED_PHASES:
                raise ValueError(f"the stage name {name!r} is taken by a phase of the harness; choose another")
        return value

    @field_validator("exempt")
    @classmethod
    def _reason_written(cls, value: str | None) -> str | None:
        if value is not None and len(value.split()) < 3:
            raise ValueError("exempt needs a written reason, a sentence at least")
        return value

    @model_validator(mode="after")
    def _no_overlap(self) -> Self:
        if both := _placeholder_names(self.contexts) & _placeholder_names(self.variants):
            raise ValueError(f"${min(both)} is both a context and a variant")
        if "option" in _placeholder_names(self.contexts) | _placeholder_names(self.variants):
            raise ValueError("$option is where an option goes; name this placeholder otherwise")
        return self

    def should_hold(self, option_id: str) -> bool:
        """Say whether the key promises that this option holds."""
        return (option_id in self.key) != self.negated

    def phases(self) -> tuple[str, ...]:
        """Return every phase an exception can be declared for."""
        return ("setup", "given", "option", *self.then, "syntax")

    def context_names(self) -> set[str]:
        """Return the placeholders that contexts declare."""
        return _placeholder_names(self.contexts)

    def variant_names(self) -> set[str]:
        """Return the placeholders that variants declare."""
        return _placeholder_names(self.variants)


class SnippetItem(BaseItem):
    """Which code makes every expectation true?"""

    kind: Literal["snippet"]
    """snippet"""
    given: Code = ""
    """Code shown before the options; a line `$option` in it marks where the option goes."""
    options: Annotated[tuple[SnippetOption, ...], Field(min_length=2)]
    """What the learner chooses from."""
    expect: Annotated[
        dict[Annotated[Code, StringConstraints(min_length=1, max_length=80)], Code], Field(min_length=1)
    ]
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
    """How far apart two floats may be and still be equal, relative and absolute."""
    options: Annotated[tuple[OutputOption, ...], Field(min_length=2)]
    """What the learner chooses from."""


class DiagnosisItem(BaseItem):
    """What is wrong with this program?"""

    kind: Literal["diagnosis"]
    """diagnosis"""
    given: Code
    """The faulty program."""
    premise: Fails | None = None
    """How it fails. Left out only where the key says that there is no fault."""
    options: Annotated[tuple[DiagnosisOption, ...], Field(min_length=2)]
    """What the learner chooses from."""


class ClaimItem(BaseItem):
    """Which sentences about this program are true?"""

    kind: Literal["claim"]
    """claim"""
    given: Code
    """The program."""
    options: Annotated[tuple[ClaimOption, ...], Field(min_length=2)]
    """What the learner chooses from."""


Item = Annotated[SnippetItem | OutputItem | DiagnosisItem | ClaimItem, Discriminator("kind")]
"""A question with options whose truth execution decides."""


def option_ids(item: BaseItem) -> Iterator[str]:
    """Yield the ids of an item's options, in the author's order."""
    for option in getattr(item, "options", ()):
        yield option.id

"""Options: what can be chosen, and what each says that execution decides. One class for each kind of item.

Every option says how it is `shown`: what the learner reads.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from quizkit.model.base import Written
from quizkit.model.failure import ClassName, Fails, Failure, Regex, Stage
from quizkit.model.text import Code, Id, Piece, Prose


class BaseOption(Written):
    """What all options have in common."""

    id: Id
    """Stable identifier, unique in the item."""
    rationale: Prose
    """Why it is right, or why it tempts."""


class SnippetOption(BaseOption):
    """An option that is code. It holds iff nothing raises and every expectation is true."""

    code: Code
    """The program text the learner chooses."""
    fails: Fails | None = None
    """How it fails; without it, it must run to the end and make an expectation false."""

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.code


class OutputOption(BaseOption):
    """An option that says what a program gives: a value, or a raise."""

    value: Code | None = None
    """A Python expression, evaluated in a clean prelude and compared by type, shape and value."""
    raises: ClassName | None = None
    """Exact class name of the exception it says is raised."""
    during: Stage | None = None
    """The phase it says the exception is raised in."""
    match: Regex | None = None
    """A regular expression searched in the normalised message."""
    claim: Code | None = None
    """A boolean about the program's state that must be true as well."""
    text: Prose | None = None
    """What the learner reads instead of the value."""

    @model_validator(mode="after")
    def _value_or_raise(self) -> Self:
        if (self.value is None) == (self.raises is None):
            raise ValueError("says either a value or a raise: give `value`, or `raises` and `during`")
        if (self.raises is None) != (self.during is None) or (self.raises is None and self.match is not None):
            raise ValueError("does not say a whole raise: `raises` and `during` go together, `match` only with them")
        return self

    def failure(self) -> Failure | None:
        """Return the raise this option says happens, if it says one."""
        if self.raises is None or self.during is None:
            return None
        return Failure(raises=self.raises, during=self.during, match=self.match)

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.text or self.value or f"{self.raises} during {self.during}"


class DiagnosisOption(BaseOption):
    """An option that names a cause: tried by a cure, by a claim, or by both."""

    text: Prose
    """What the learner reads."""
    cure: Annotated[dict[Code, Piece], Field(max_length=20)] | None = None
    """Edits of `given` (find: replace), each found exactly once; {} says that there is no fault."""
    claim: Code | None = None
    """A boolean evaluated where the faulty program stopped."""
    fails: Fails | None = None
    """How the script still fails with this cure; without it, exactly as the premise says."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.cure is None and self.claim is None:
            raise ValueError("says nothing that can be run: give it a cure, a claim, or both")
        if self.cure is None and self.fails is not None:
            raise ValueError("has `fails`, which describes a cure, and no cure: give it one, or remove `fails`")
        return self

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.text


class ClaimOption(BaseOption):
    """An option that is a sentence, with a boolean over the finished program."""

    text: Prose
    """What the learner reads."""
    claim: Code
    """The sentence as a boolean expression."""

    def shown(self) -> str:
        """Return what the learner reads."""
        return self.text


Option = SnippetOption | OutputOption | DiagnosisOption | ClaimOption

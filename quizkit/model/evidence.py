"""Evidence: recorded facts of one probe, never an opinion.

`Observed` is what the supervisor saw with its own eyes; everything else is what the child reported.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from quizkit.model.base import Noun
from quizkit.model.text import PrintableText

Number = bool | int | float | str
"""A plain number; `str` for what JSON cannot say: 'nan', 'inf', '-inf', complex numbers and huge integers."""


class Outcome(StrEnum):
    """How an execution ended."""

    RETURNED = "returned"
    """Every part ran to its end."""
    RAISED = "raised"
    """A part raised an exception, or could not be compiled."""
    TIMED_OUT = "timed-out"
    """CPU or wall deadline."""
    OUT_OF_MEMORY = "out-of-memory"
    """Our own memory limit."""
    CRASHED = "crashed"
    """Ended by a signal."""
    EXITED = "exited"
    """The program ended its process, without its last frame: os._exit."""
    BLOCKED = "blocked"
    """Stopped by a wall of the sandbox."""
    SANDBOX_FAILED = "sandbox-failed"
    """A fault of ours: nothing is known of the program."""
    NEEDS_ENVIRONMENT = "needs-environment"
    """Something the probe requires is not here."""


class Value(Noun):
    """A value described without calling any of its own hooks."""

    type: PrintableText
    """Exact type: int, tuple, torch.Size, torch.Tensor, numpy.ndarray, ..."""
    text: PrintableText
    """What printing it shows, bounded."""
    scalar: Number | None = None
    """The number or string itself, unclean: compared, never shown."""
    items: tuple["Value", ...] | None = None
    """Members in order; a dict's are alternating keys and values."""
    dtype: PrintableText | None = None
    """Element type of an array."""
    shape: tuple[int, ...] | None = None
    """Shape of an array."""
    numbers: tuple[Number, ...] | None = None
    """Elements of an array, row by row."""
    is_complete: bool = True
    """Whether all of it is here; what was cut equals nothing."""

    def brief(self) -> str:
        """Return its text if that is one line; of an array that takes more, what it is."""
        if self.shape is not None and "\n" in self.text:
            return f"{self.type} of shape {self.shape}, {self.dtype}"
        return self.text


class Raise(Noun):
    """An exception."""

    type: PrintableText
    """Exact class name."""
    message: PrintableText
    """Its message, bounded."""
    phase: PrintableText
    """The phase it left."""
    line: int | None = None
    """Line in that phase's own text, from 1."""


class SubValue(Noun):
    """What a part of an expression gave, evaluated once, as the expression was."""

    source: PrintableText
    """The sub-expression."""
    value: Value
    """What it gave."""


class Checked(Noun):
    """What an expectation or a claim gave."""

    holds: bool | None = None
    """Its truth; None if it raised or is not a boolean."""
    got: Value | None = None
    """What it gave, if it gave anything."""
    raised: Raise | None = None
    """What it raised, if it raised."""
    sub_values: tuple[SubValue, ...] = ()
    """The values it was made of."""


class Read(Noun):
    """What a value expression gave."""

    value: Value | None = None
    """The value."""
    raised: Raise | None = None
    """What it raised instead."""


class Observed(Noun):
    """What the supervisor saw. Never part of a proof: it differs from machine to machine."""

    exit_code: int | None = None
    """Exit status, if the process exited."""
    signal: int | None = None
    """Signal that ended it, if one did."""
    cpu_seconds: Annotated[float, Field(ge=0)] = 0.0
    """CPU time used."""
    wall_seconds: Annotated[float, Field(ge=0)] = 0.0
    """Time from request to reaping."""
    peak_memory_mib: Annotated[float, Field(ge=0)] = 0.0
    """Largest resident size."""
    cut_streams: tuple[str, ...] = ()
    """Streams of which only the beginning was kept."""


class Evidence(Noun):
    """Recorded facts of one probe."""

    digest: str
    """The probe's digest."""
    environment: str
    """Id of the environment it ran in."""
    outcome: Outcome
    """How it ended."""
    reason: PrintableText = ""
    """In words, for the outcomes that decide nothing."""
    raised: Raise | None = None
    """The exception, for `raised`."""
    expectations: dict[str, Checked] = {}
    """What each expectation gave."""
    claim: Checked | None = None
    """What the claim gave."""
    observe: Read | None = None
    """What the observed expression gave."""
    printed: Read | None = None
    """What standard output says, read as an expression."""
    values: dict[str, Read] = {}
    """What each value expression gave."""
    stdout: PrintableText = ""
    """Standard output, bounded."""
    stderr: PrintableText = ""
    """Standard error, bounded."""
    drew_random: bool = False
    """Whether any generator was drawn from."""
    stub_weights: tuple[PrintableText, ...] = ()
    """Weights that seeded stand-ins were used for."""
    observed: Observed = Observed()
    """What the supervisor saw."""

    @property
    def is_decided(self) -> bool:
        """Whether the program itself returned or raised, so that a judge may conclude from it."""
        return self.outcome in {Outcome.RETURNED, Outcome.RAISED}

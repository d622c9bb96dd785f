"""What happens in a session, as history keeps it: a beginning, and events in order.

Invariant: a session is its beginning and its events. Every one survives a JSON round trip, names the entry it is
about, and carries its own time, so that whoever folds them over the same entries gets the same session.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from quizkit.model.base import Noun
from quizkit.model.mode import Mode

Seconds = float
"""A point in time as seconds since 1970-01-01 UTC, or a span of time."""


class Slot(Noun):
    """The place of one entry in a session."""

    entry: str
    """Id of the instance, or `card:ID`."""
    digest: str
    """The entry's digest when the session started."""
    options: tuple[str, ...]
    """Ids of its options in the order they are shown."""


class SessionStarted(Noun):
    """A session was put together."""

    event: Literal["session-started"] = "session-started"
    """Tag."""
    id: str
    """Identifier of the session."""
    pattern: str
    """Id of the pattern."""
    mode: Mode
    """One of the modes that ask."""
    at: Seconds
    """When."""
    slots: tuple[Slot, ...]
    """What is asked, in order."""
    is_retry: bool = False
    """Whether it asks again what was not right a moment ago, whose answers were just shown."""


class HintOpened(Noun):
    """The next hint of the current entry was opened."""

    event: Literal["hint-opened"] = "hint-opened"
    """Tag."""
    entry: str
    """Which entry."""
    at: Seconds
    """When."""


class Responded(Noun):
    """Options of the current entry were chosen; none, if its time ran out."""

    event: Literal["responded"] = "responded"
    """Tag."""
    entry: str
    """Which entry."""
    at: Seconds
    """When."""
    chosen: tuple[str, ...]
    """Ids of the chosen options, sorted."""


class Skipped(Noun):
    """The current entry was put off; the second time, given up."""

    event: Literal["skipped"] = "skipped"
    """Tag."""
    entry: str
    """Which entry."""
    at: Seconds
    """When."""


class Flagged(Noun):
    """An entry was flagged to be looked at again, or the flag taken off."""

    event: Literal["flagged"] = "flagged"
    """Tag."""
    entry: str
    """Which entry."""
    at: Seconds
    """When."""
    is_flagged: bool
    """Whether it is flagged now."""


class Advanced(Noun):
    """The learner went on from an entry that needs no more response."""

    event: Literal["advanced"] = "advanced"
    """Tag."""
    entry: str
    """The entry that was left."""
    at: Seconds
    """When."""


class Left(Noun):
    """The session was left with an entry open; the time it was looked at until now is used."""

    event: Literal["left"] = "left"
    """Tag."""
    entry: str
    """The entry that was current."""
    at: Seconds
    """When."""


class Resumed(Noun):
    """The session was taken up again; the time since it was left does not count."""

    event: Literal["resumed"] = "resumed"
    """Tag."""
    entry: str
    """The entry that is current."""
    at: Seconds
    """When."""


SessionEvent = Annotated[
    HintOpened | Responded | Skipped | Flagged | Advanced | Left | Resumed, Field(discriminator="event")
]
"""What can happen in a session."""

SESSION_EVENT: TypeAdapter[SessionEvent] = TypeAdapter(SessionEvent)
"""Reads one from JSON."""


class Attempt(Noun):
    """One logged response. What strength, schedule and statistics rest on."""

    session: str
    """Id of the session."""
    mode: Mode
    """The session's mode."""
    pattern: str
    """Id of the pattern."""
    item: str
    """Id of the item, or `card:ID`: what history hangs on."""
    instance: str
    """Id of the instance that was asked."""
    digest: str
    """The item's digest at the time."""
    number: int
    """Which attempt at this entry in this session, from 1."""
    at: Seconds
    """When it was given."""
    chosen: tuple[str, ...]
    """Ids of the chosen options, sorted; empty if the time ran out."""
    is_right: bool
    """Whether exactly the key was chosen, in time."""
    is_late: bool = False
    """Whether the time had run out."""
    hints: int = 0
    """How many hints were open."""
    seconds: Seconds = 0.0
    """How long the entry was looked at before this response, since it was last shown or responded to included."""
    is_retry: bool = False
    """Whether its session asked again what was not right a moment ago."""

"""What the child tells its parent: events as JSON lines on a descriptor of its own.

Invariant: a line is written whole, never to a standard stream, and progress at most ten times a second.
"""

import json
import os
import time
from typing import Any, Final, Protocol

_PAUSE: Final = 0.1
"""Seconds between two progress events of a stage."""


class Tell(Protocol):
    """Tells one event."""

    def __call__(self, event: str, /, **facts: Any) -> None:
        """Tell the event of this name and its facts."""


class Channel:
    """The pipe to the parent."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def tell(self, event: str, /, **facts: Any) -> None:
        """Write one event. Raises OSError if nobody reads any more."""
        data = json.dumps({"event": event, **facts}, allow_nan=False).encode("ascii") + b"\n"
        while data:
            data = data[os.write(self._descriptor, data) :]


class Progress:
    """Progress of one stage, in images or bytes; tells the first and the last, and between them not too much."""

    def __init__(self, tell: Tell, stage: str, total: int | None, *, epoch: int | None = None) -> None:
        self._tell, self._stage, self._total, self._epoch = tell, stage, total, epoch
        self._began = self._told = time.monotonic()
        self.done = self._skipped = 0

    def skip(self, count: int) -> None:
        """Count as done what was done before, which says nothing about the speed."""
        self.done += count
        self._skipped += count

    def advance(self, count: int) -> bool:
        """Count more as done, and say whether this is to be told now."""
        self.done += count
        return self.done == self._total or self.done == count or time.monotonic() - self._told >= _PAUSE

    def report(self, loss: float | None = None) -> None:
        """Tell how far it is."""
        self._told = time.monotonic()
        seconds = self._told - self._began
        speed = (self.done - self._skipped) / seconds if seconds > 0 and self._stage != "download" else None
        self._tell(
            "progressed", stage=self._stage, done=self.done, total=self._total, images_per_second=speed,
            epoch=self._epoch, loss=loss,
        )  # fmt: skip

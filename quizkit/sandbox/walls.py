"""Tell an exception that a wall of the sandbox caused from one of the program's own. Pure.

Invariant: what a wall may have caused never decides anything: not that an option raises, nor that it does not. Only a
`raise` statement in the program's own text is taken at its word.
"""

import errno
from collections.abc import Iterable
from typing import Any, Final

from quizkit.model.evidence import Outcome
from quizkit.sandbox.refusals import ERRNOS, MEMORY_WORDS, WORDED, WORDED_OTHERWISE, WORDS

Label = tuple[Outcome, str]
"""An outcome that decides nothing, and why in words."""

_MEMORY: Final = "it has no more memory than its limit"
_WALL: Final = (
    "a probe reads Python, installed packages and its own folder, writes there if it requires scratch, "
    "changes no modes, times or attributes of files, and has no network, no devices, no other processes, "
    "at most 256 open files and 512 threads"
)


def wall_behind(told: dict[str, Any]) -> Label | None:
    """Return the label if a wall is behind an exception as the child reported it, or behind one that led to it.

    Raises KeyError or TypeError if it is not what a child reports.
    """
    for step in (told, *told["behind"]):
        outcome = None if step["is_own"] is True else _wall(step)
        if outcome is not None:
            said = f"{step['type']}: {step['message']}" if step["message"] else str(step["type"])
            wall = _MEMORY if outcome is Outcome.OUT_OF_MEMORY else _WALL
            return outcome, f"{said} (during {told['phase']}); {wall}"
    return None


def _wall(step: dict[str, Any]) -> Outcome | None:
    bases, message = frozenset(step["bases"]), str(step["message"]).lower()
    is_worded = not WORDED.isdisjoint(bases)
    if "MemoryError" in bases or step["errno"] == errno.ENOMEM:
        return Outcome.OUT_OF_MEMORY
    if is_worded and _says(message, MEMORY_WORDS):
        return Outcome.OUT_OF_MEMORY
    # Negative numbers are those of a resolver of names, which finds no network here.
    is_offline = "OSError" in bases and step["errno"] is not None and step["errno"] < 0
    if is_offline or step["errno"] in ERRNOS or (is_worded and _says(message, WORDS)):
        return Outcome.BLOCKED
    classes = {step["type"], *bases}
    if any(_says(message, words) for kind, words in WORDED_OTHERWISE.items() if kind in classes):
        return Outcome.BLOCKED
    return None


def _says(message: str, words: Iterable[str]) -> bool:
    return any(word.lower() in message for word in words)

"""Tell an exception that a wall of the sandbox caused from one of the program's own. Pure.

Invariant: what a wall may have caused never decides anything: not that an option raises, nor that it does not. Only a
`raise` statement in the program's own text is taken at its word.
"""

import errno
from typing import Any, Final

from quizkit.model.evidence import Outcome

Label = tuple[Outcome, str]
"""An outcome that decides nothing, and why in words."""

_ERRNOS: Final = frozenset(
    {errno.EPERM, errno.EACCES, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EDQUOT, errno.ENOSPC, errno.EROFS}
    # Landlock's answer to links and renamings between folders that it does not allow.
    | {errno.EXDEV}
)
_WORDS: Final = (
    "Operation not permitted",
    "Permission denied",
    "File too large",
    "Read-only file system",
    "Too many open files",
    "can't start new thread",
    "No usable temporary directory",
    # What torch.save says of a file that it may not write.
    "iostream error",
    "PytorchStreamWriter failed writing",
)
_MEMORY_WORDS: Final = ("can't allocate memory", "not enough memory", "Cannot allocate memory", "out of memory")
_WORDED: Final = frozenset({"RuntimeError", "OSError", "ImportError"})
"""Classes whose message is the operating system's, or that of a library's C++ code."""

_MEMORY: Final = "it has no more memory than its limit"
_WALL: Final = (
    "a probe reads Python, installed packages and its own folder, writes there if it requires scratch, "
    "and has no network, no other processes, at most 256 open files and 512 threads"
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
    bases, message = frozenset(step["bases"]), str(step["message"])
    is_worded = not _WORDED.isdisjoint(bases)
    if "MemoryError" in bases or step["errno"] == errno.ENOMEM:
        return Outcome.OUT_OF_MEMORY
    if is_worded and any(word in message for word in _MEMORY_WORDS):
        return Outcome.OUT_OF_MEMORY
    # Negative numbers are those of a resolver of names, which finds no network here.
    is_offline = "OSError" in bases and step["errno"] is not None and step["errno"] < 0
    if is_offline or step["errno"] in _ERRNOS or (is_worded and any(word in message for word in _WORDS)):
        return Outcome.BLOCKED
    return None

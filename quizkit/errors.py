"""The errors quizkit raises on purpose, and the exit codes they end in.

Invariant: whatever a user can get wrong is a `QuizkitError` whose message says what is wrong and what to do.
Anything else that escapes is a fault of ours, and no fault of ours ever ends in exit code 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to a shell or to CI. These numbers are an API."""

    PROVED = 0
    """Every item proved; exempt and needs-environment items are counted but do not fail without --strict."""
    REFUTED = 1
    """At least one item's key does not hold, or drift was found under --fail-on-drift."""
    USAGE = 2
    """A wrong command line, or content that cannot be read as a bank."""
    UNDECIDED = 3
    """No item refuted, but at least one could not be decided."""
    NOTHING = 5
    """Nothing to verify was found, or nothing could be decided at all."""
    INTERRUPTED = 130
    """Ctrl-C."""
    TERMINATED = 143
    """SIGTERM."""


class Terminated(KeyboardInterrupt):
    """SIGTERM: ends a command as Ctrl-C does, so that its report is whole and nothing is left running."""

    exit_code = ExitCode.TERMINATED


class QuizkitError(Exception):
    """Base of every error meant for a person; `exit_code` is what the command ends with."""

    exit_code = ExitCode.USAGE
    is_told = False
    """Whether whoever looks at the terminal has read it in a report already."""


class UsageError(QuizkitError):
    """The request cannot be carried out as it was made."""


class SandboxError(QuizkitError):
    """The sandbox could not be started or stopped working: our fault, so nothing is decided."""

    exit_code = ExitCode.UNDECIDED


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a bank's files."""

    file: str
    line: int
    column: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what}; {self.remedy}"


class ContentError(QuizkitError):
    """The bank cannot be read. Carries every problem of every file, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def extent(self) -> str:
        """Say how much is wrong: `3 problems in 2 files`."""
        problems, files = len(self.problems), len({problem.file for problem in self.problems})
        return f"{problems} problem{'s' * (problems != 1)} in {files} file{'s' * (files != 1)}"

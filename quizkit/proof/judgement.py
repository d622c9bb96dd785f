"""What a judge concludes: findings, each about a place in an item or a fact, and the status that follows. Pure.

Invariant: the status is decided by the findings alone; nothing found is proved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from quizkit.model.bank import Path
from quizkit.model.verdict import Finding, FindingKind, Reason, Status
from quizkit.proof.case import Case
from quizkit.proof.standing import Doubt

MORE: Final[Mapping[Reason, str]] = {
    Reason.TIMED_OUT: "let it do less, or raise limits.cpu_seconds",
    Reason.OUT_OF_MEMORY: "let it hold less, or raise limits.memory_mib",
    Reason.BLOCKED: "let it do without; what only makes and writes files may do so with `requires: [scratch]`",
}
"""What an author can do about it where an item meets a bound of the sandbox."""


@dataclass(frozen=True)
class Judgement:
    """What the judge concludes, before places and counts are added."""

    status: Status
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class About:
    """What a finding is about."""

    instance: str
    path: Path
    option: str | None = None
    shown: str = ""

    def finding(
        self,
        kind: FindingKind | Reason,
        what: str,
        case: Case | None = None,
        details: tuple[str, ...] = (),
        remedy: str = "",
    ) -> Finding:
        """Return a finding on this, made in a case if it is about one."""
        return Finding(
            kind=kind,
            what=what,
            instance=self.instance,
            option=self.option,
            shown=self.shown,
            context=case.context if case else "",
            seed=case.seed if case else None,
            details=details,
            remedy=remedy,
            path=self.path,
        )

    def undecided(self, doubt: Doubt, case: Case) -> Finding:
        """Return the finding that nothing is known of this."""
        return self.finding(doubt.reason, doubt.why, case, remedy=MORE.get(doubt.reason, ""))


def judgement(findings: Iterable[Finding]) -> Judgement:
    """Return the conclusion that findings lead to, refuting ones first."""
    found = tuple(sorted(findings, key=lambda finding: isinstance(finding.kind, Reason)))
    if any(isinstance(finding.kind, FindingKind) for finding in found):
        return Judgement(Status.REFUTED, found)
    return Judgement(Status.UNDECIDED if found else Status.PROVED, found)

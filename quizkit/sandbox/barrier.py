"""Whether the programs of a bank may be run here. Pure; asked before anything of it runs, whoever wants to run it.

Invariant: what others wrote runs only where the sandbox confines it fully, or where the learner said to trust it.
"""

from typing import Final

from quizkit.model.bank import Bank
from quizkit.model.confinement import Confinement

Barrier = tuple[str, str]
"""What forbids it, and what to do about it."""
_TRUST: Final = "if you trust whoever wrote it as you trust a program that you run, say"


def barrier(bank: Bank, level: Confinement, *, is_trusted: bool = False) -> Barrier | None:
    """Return why nothing of a bank may be run here, and what to do about it; None if it may."""
    if bank.is_own or is_trusted or level.is_full:
        return None
    lacking = ", ".join(level.missing)
    return (
        f"this content is not quizkit's own, and the sandbox here does not confine it fully (without {lacking})",
        f"{_TRUST} --trust",
    )


def training_barrier(bank: Bank, pattern: str, *, is_trusted: bool = False) -> Barrier | None:
    """Return why no solution of a pattern may be trained here, and what to do about it; None if one may.

    No sandbox confines a training: it needs the devices, the network and the files that a probe must not have.
    """
    if bank.is_own or is_trusted:
        return None
    return (
        "this solution is not quizkit's own, and a training is not confined: it runs with your own rights",
        f"{_TRUST} `quizkit run {pattern} --trust`",
    )

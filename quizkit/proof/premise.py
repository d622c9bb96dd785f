"""Does the situation that a stem speaks of occur? Pure."""

from typing import Final, assert_never

from quizkit.model.evidence import Evidence
from quizkit.model.failure import Failure
from quizkit.model.item import ClaimItem, DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.proof.case import Case
from quizkit.proof.plan import Role
from quizkit.proof.standing import describe_declared, ending, fails_as, meets, program_details


def main_evidence(case: Case) -> Evidence:
    """Return the evidence of the program that the stem is about."""
    return case.evidence(Role.PROGRAM if isinstance(case.item, OutputItem) else Role.PREMISE)


def false_premise(item: Item, evidence: Evidence) -> str | None:
    """Return what is not as the stem says, if anything."""
    if not evidence.is_decided:
        return f"the program that the stem is about ended as {ending(evidence)}, which shows nothing"
    if evidence.raised is not None and evidence.raised.phase in _BEFORE_THE_QUESTION - _told_phases(item):
        return f"the {evidence.raised.phase} raises, so that nothing the item asks about is ever run"
    match item:
        case SnippetItem():
            is_met, what = not meets(evidence), "every expectation is met with no option at all: none is needed"
        case DiagnosisItem(premise=None):
            if not all(option.cure == {} for option in item.options if item.should_hold(option.id)):
                return "no premise says how the program fails, and the key does not say that nothing is wrong"
            is_met, what = meets(evidence), "the key says that nothing is wrong, but the program fails"
        case DiagnosisItem():
            is_met, what = fails_as(item.premise, evidence), "the program does not fail as the premise says"
        case ClaimItem():
            is_met, what = meets(evidence), "the program that the claims are about does not run as expected"
        case OutputItem():
            is_met, what = meets(evidence) or not item.expect, "the program does not do what the item expects of it"
        case _:
            assert_never(item)
    return None if is_met else what


_BEFORE_THE_QUESTION: Final = frozenset({"prelude", "setup"})
"""Phases that are not part of what the learner is asked about."""


def _told_phases(item: Item) -> set[str]:
    """Return the phases in which the item itself says that something is raised."""
    declared = [getattr(item, "premise", None), *(getattr(option, "fails", None) for option in item.options)]
    declared += [option.failure() for option in item.options] if isinstance(item, OutputItem) else []
    return {failure.during for failure in declared if isinstance(failure, Failure)}


def premise_details(item: Item, evidence: Evidence) -> tuple[str, ...]:
    """Return what the program did, and how it should have failed if it should."""
    return (*program_details(evidence, item.expect), *_declared(item))


def _declared(item: Item) -> tuple[str, ...]:
    if isinstance(item, DiagnosisItem) and item.premise is not None:
        return (f"declared: {describe_declared(item.premise)}",)
    return ()

"""The fixed lists of events of mutation tests that the golden files tell: every operator and every fate."""

from collections.abc import Iterator

from sample_events import HEADS, LOOPS, place

from quizkit.errors import ExitCode
from quizkit.model.bank import Place
from quizkit.model.event import (
    Fate,
    MutantJudged,
    MutationEvent,
    MutationFinished,
    Operator,
    ProbeFinished,
    mutant_counts,
)
from quizkit.model.verdict import FindingKind, Reason


def mutant(
    operator: Operator,
    fate: Fate,
    description: str,
    where: Place | None,
    *by: FindingKind | Reason,
    item: str = "resnet50-ten-outputs",
) -> MutantJudged:
    return MutantJudged(item=item, operator=operator, description=description, fate=fate, by=by, place=where)


KEY_FAILS, HOLDS = FindingKind.KEY_FAILS, FindingKind.DISTRACTOR_HOLDS
LONG = "statement 1 is gone: torch.set_num_threads(1), which nobody would have thought to matter at all"
WIDTH = "2049 instead of 2048 in 'model.fc = nn.Linear(2048, 10)'"
TEN = "11 instead of 10 in 'logits.shape == (2, 10)'"
IMAGE = "33 instead of 32 in 'torch.randn(2, 3, 32, 32)'"

MUTANTS = (
    mutant("flip-key", "killed", "fc-512 in the key instead of fc-2048", place(HEADS, 12), KEY_FAILS),
    mutant("flip-key", "killed", "head in the key instead of fc-2048", place(HEADS, 12), KEY_FAILS),
    mutant("flip-key", "survived", "step in the key instead of zero", None, item="zero-grad?steps=3"),
    mutant("swap-options", "killed", "fc-2048 and head say what the other said", place(HEADS, 8), KEY_FAILS, HOLDS),
    mutant("swap-options", "stillborn", "a and b say what the other said", place(LOOPS, 50), item="twins"),
    mutant("delete-statement", "equivalent", "statement 2 is gone: model.eval()", place(HEADS, 31, 5)),
    mutant("delete-statement", "undecided", LONG, place(LOOPS, 36, 5), Reason.TIMED_OUT, item="initialisation"),
    mutant("change-integer", "killed", WIDTH, place(HEADS, 14), KEY_FAILS),
    mutant("change-integer", "killed", TEN, place(HEADS, 20), FindingKind.NONE_HOLDS),
    mutant("change-integer", "survived", IMAGE, place(HEADS, 19, 9)),
)


def mutation() -> list[MutationEvent]:
    end = MutationFinished(
        counts=mutant_counts(MUTANTS),
        seconds=75.2,
        exit_code=ExitCode.REFUTED,
        notes=("resnet-head is refuted itself, so it was not mutated",),
    )
    return [ProbeFinished(finished=1, planned=1, is_cached=False), *MUTANTS, end]


def mutation_interrupted() -> Iterator[MutationEvent]:
    yield from MUTANTS[:3]
    raise KeyboardInterrupt


def mutation_without_mutants() -> list[MutationEvent]:
    return [MutationFinished(counts=mutant_counts(()), seconds=0.04, exit_code=ExitCode.NOTHING)]

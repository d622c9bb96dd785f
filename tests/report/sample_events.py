"""The fixed lists of events that the golden files tell: every status, finding and reason, and what surrounds them."""

from collections.abc import Iterator

from quizkit.errors import ContentError, ExitCode, Problem
from quizkit.model.bank import Place
from quizkit.model.event import (
    DriftFound,
    ItemJudged,
    ProbeFinished,
    VerificationFinished,
    VerificationStarted,
    VerifyEvent,
)
from quizkit.model.verdict import Finding, FindingKind, Reason, Status, Verdict

HEADS = "content/pytorch/transfer-learning/items/heads.yaml"
LOOPS = "content/pytorch/training-loop/items/loops.yaml"
ENVIRONMENT = "python3.11 torch2.13.0+cpu torchvision0.28.0+cu130 linux-x86_64"
STUBBED = "seeded stub weights stood in for ResNet50_Weights.DEFAULT"


def place(file: str, line: int, column: int = 3) -> Place:
    return Place(file=file, line=line, column=column)


KEY_FAILS = Finding(
    kind=FindingKind.KEY_FAILS,
    what="the keyed option fc-512 does not hold: RuntimeError during forward",
    option="fc-512",
    shown="model.fc = nn.Linear(512, 10)",
    details=(
        "raised RuntimeError during forward, line 1: mat1 and mat2 shapes cannot be multiplied (2x2048 and 512x10)",
    ),
    remedy="correct the key, or the option",
    path=("options", 2),
    place=place(HEADS, 14, 5),
)
DISTRACTOR_HOLDS = Finding(
    kind=FindingKind.DISTRACTOR_HOLDS,
    what="the distractor fc-2048 holds: holds",
    option="fc-2048",
    shown="model.fc = nn.Linear(2048, 10)",
    details=(
        "ten outputs: logits.shape == (2, 10) is True",
        "  logits.shape -> torch.Size([2, 10])",
        "counts: tensor([1, 2]).sum() == 3 is True",
        "  tensor([1, 2]) -> tensor([1, 2])",
        "  weight -> tensor([[0.1200, 0.5000],\n        [0.2500, 0.7500]])",
    ),
    remedy="correct the key, or the option",
    path=("options", 0),
    place=place(HEADS, 10, 5),
)
CONTEXT_DEPENDENT = Finding(
    kind=FindingKind.CONTEXT_DEPENDENT,
    what="fc-2048 holds in one context and not in another",
    option="fc-2048",
    shown="model.fc = nn.Linear(2048, 10)",
    details=("arch=resnet18: RuntimeError during forward", "arch=resnet50: holds"),
    table=(
        ("architecture", "fc-2048", "fc-512", "in-features"),
        ("resnet18", "fails", "holds", "holds"),
        ("resnet34", "fails", "holds", "holds"),
        ("resnet50", "holds", "fails", "holds"),
    ),
    remedy="name in the stem what the answer depends on, or make it a variant",
    path=("options", 0),
    place=place(HEADS, 31, 5),
)
NONDETERMINISTIC = Finding(
    kind=FindingKind.NONDETERMINISTIC,
    what="init-positive holds under one seed and not under another",
    option="init-positive",
    shown="w = torch.randn(1)\nassert w.item() > 0",
    table=(
        ("", "init-positive", "init-uniform-between-zero-and-one", "init-from-a-truncated-normal"),
        ("seed 0", "holds", "not positive, not bounded", "AssertionError during option"),
        ("seed 1", "AssertionError during option", "not positive, not bounded", "-"),
    ),
    remedy="let the question not depend on chance, or fix what it depends on",
    place=place(LOOPS, 40),
)


def refuted(item: str, stem: str, *findings: Finding, line: int) -> ItemJudged:
    return ItemJudged(
        verdict=Verdict(
            pattern="training-loop",
            item=item,
            status=Status.REFUTED,
            stem=stem,
            findings=findings,
            probes=4,
            seconds=0.25,
            place=place(LOOPS, line, 1),
        )
    )


def undecided(reason: Reason, what: str, remedy: str = "", option: str | None = None) -> ItemJudged:
    return ItemJudged(
        verdict=Verdict(
            pattern="limits",
            item=f"meets-{reason.value}",
            status=Status.UNDECIDED,
            stem="What does this program do in the end?",
            findings=(Finding(kind=reason, what=what, remedy=remedy, option=option),),
            probes=1,
            place=place("content/pytorch/limits/items/limits.yaml", 3, 1),
        )
    )


def proved(pattern: str, item: str, probes: int, cached: int = 0, notes: tuple[str, ...] = ()) -> ItemJudged:
    verdict = Verdict(
        pattern=pattern,
        item=item,
        status=Status.PROVED,
        stem="Which line?",
        probes=probes,
        cached=cached,
        seconds=0.5,
        notes=notes,
        place=place(HEADS, 1, 1),
    )
    return ItemJudged(verdict=verdict)


def beginning() -> Iterator[VerifyEvent]:
    yield VerificationStarted(items=20, environment=ENVIRONMENT, confinement="full")
    yield ProbeFinished(finished=1, planned=60, is_cached=True)
    yield ProbeFinished(finished=2, planned=60, is_cached=False)
    for number in range(4):
        yield proved("transfer-learning", f"fact:resnet{number}-in-features", 1, cached=1)
    yield proved("transfer-learning", "resnet50-ten-outputs", 8, notes=(STUBBED,))
    yield proved("transfer-learning", "head-of-any-resnet?arch=resnet18", 12, cached=12)
    yield proved("transfer-learning", "one-probe", 1, notes=(STUBBED, "1 probe was run twice, the second time alone"))
    yield ItemJudged(
        verdict=Verdict(
            pattern="transfer-learning",
            item="resnet-head",
            status=Status.REFUTED,
            stem="Which line gives a pretrained ResNet ten outputs, whatever the depth of the network that you have"
            " loaded before?\n\n```python\nmodel = models.resnet50()\nmodel.eval()\n```",
            findings=(CONTEXT_DEPENDENT, KEY_FAILS, DISTRACTOR_HOLDS),
            probes=9,
            cached=3,
            seconds=1.25,
            notes=(STUBBED,),
            place=place(HEADS, 27, 1),
        )
    )


def rest() -> Iterator[VerifyEvent]:
    yield DriftFound(
        item="resnet50-ten-outputs",
        probe="resnet50-ten-outputs option fc-512 seed 0",
        locked="RuntimeError during forward: size mismatch",
        measured="RuntimeError during forward: mat1 and mat2 shapes cannot be multiplied",
        place=place(HEADS, 14, 5),
    )
    yield refuted(
        "loss-never-falls",
        "Why does the loss never fall?",
        Finding(
            kind=FindingKind.FALSE_PREMISE,
            what="the program does not fail as the premise says",
            details=("loss falls: losses[-1] < losses[0] is True", "  losses[-1] -> 0.12", "  losses[0] -> 2.3"),
            path=("premise",),
            place=place(LOOPS, 5),
        ),
        line=1,
    )
    yield refuted(
        "zero-grad",
        "Which line goes first?",
        Finding(
            kind=FindingKind.NONE_HOLDS,
            what="no option holds",
            instance="zero-grad?steps=3",
            details=("zero: not reset", "step: NameError during option"),
        ),
        Finding(
            kind=FindingKind.WRONG_REASON,
            what="step fails, but not as declared: NameError during option",
            instance="zero-grad?steps=3",
            option="step",
            seed=1,
            context="device=cpu",
            shown="optimiser.step()",
            details=(
                "raised NameError during option, line 1: name 'optimiser' is not defined.\n"
                "Did you mean: 'optimizer'?",
            ),
            remedy="mend the option, or declare in `fails` how it fails",
        ),
        line=20,
    )
    yield refuted("initialisation", "Which weights are positive?", NONDETERMINISTIC, line=36)
    yield refuted(
        "twins",
        "Which one?",
        Finding(
            kind=FindingKind.INDISTINGUISHABLE,
            what="b says the same as the keyed option a",
            option="b",
            shown="x = (1)",
            remedy="remove it, or let it say something else",
        ),
        line=50,
    )
    yield undecided(
        Reason.TIMED_OUT, "5 s of CPU time were not enough", "raise limits.cpu_seconds, or do less", option="forever"
    )
    yield undecided(Reason.CRASHED, "ended by signal 11 (SIGSEGV)", option="segfault")
    yield undecided(Reason.OUT_OF_MEMORY, "512 MiB were not enough", "raise limits.memory_mib")
    yield undecided(Reason.BLOCKED, "the sandbox does not allow new processes", "use num_workers=0")
    yield undecided(Reason.SANDBOX_FAILED, "no evidence came back, twice")
    yield undecided(
        Reason.NEEDS_ENVIRONMENT, "the package torch>=2.9 is not here", "install torch>=2.9, or run this elsewhere"
    )
    yield ItemJudged(
        verdict=Verdict(
            pattern="history",
            item="who-wrote-it",
            status=Status.EXEMPT,
            stem="Who proposed residual connections?",
            exempt="Nothing here can be run: it is about who wrote what, and the paper says so",
            place=place("content/history.yaml", 1, 1),
        )
    )
    yield proved("history", "fact:year", 1)


def conclusion(
    exit_code: ExitCode, seconds: float = 0.0, notes: tuple[str, ...] = (), **counts: int
) -> VerificationFinished:
    none = dict.fromkeys(
        ("proved", "refuted", "undecided", "needs_environment", "exempt", "drift", "probes", "cached"), 0
    )
    return VerificationFinished(exit_code=exit_code, seconds=seconds, notes=notes, **{**none, **counts})


def finished() -> VerificationFinished:
    return conclusion(
        ExitCode.REFUTED,
        proved=8,
        refuted=5,
        undecided=5,
        needs_environment=1,
        exempt=1,
        drift=1,
        probes=56,
        cached=19,
        seconds=12.34,
        notes=("proofs.lock has no proof of one-probe; `quizkit verify --update` adds it",),
    )


def everything() -> list[VerifyEvent]:
    return [*beginning(), *rest(), finished()]


def all_proved() -> list[VerifyEvent]:
    return [
        VerificationStarted(items=2, environment=ENVIRONMENT, confinement="full"),
        proved("loops", "zero-grad", 8, cached=8),
        proved("loops", "step", 12, cached=12),
        conclusion(ExitCode.PROVED, proved=2, probes=20, cached=20, seconds=0.21),
    ]


def interrupted() -> Iterator[VerifyEvent]:
    yield from beginning()
    raise KeyboardInterrupt


def empty() -> list[VerifyEvent]:
    start = VerificationStarted(items=0, environment=ENVIRONMENT, confinement="full")
    return [start, conclusion(ExitCode.NOTHING)]


def unreadable() -> Iterator[VerifyEvent]:
    yield from ()
    raise ContentError(
        [
            Problem(HEADS, 3, 1, "unknown field 'stemm'", "did you mean 'stem'?"),
            Problem(HEADS, 9, 11, "this is not Python: invalid syntax", "mend the code"),
            Problem(LOOPS, 1, 1, "the file is empty", "write an item, or delete the file"),
        ]
    )

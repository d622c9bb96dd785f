"""What gets a verdict: an item, a fact or a solution. Pure: plans and judges it, adds places and counts.

Invariant: a subject is judged only on records of everything that was planned for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cached_property

from quizkit.errors import UsageError
from quizkit.model.bank import Bank, Document, Fact, LoadedPattern, Path
from quizkit.model.experiment import LoadedSolution
from quizkit.model.item import Item
from quizkit.model.table import row_count
from quizkit.model.verdict import Finding, Reason, Status, Verdict
from quizkit.proof.case import Record
from quizkit.proof.judge import judge_item
from quizkit.proof.judge_fact import judge_fact
from quizkit.proof.judgement import Judgement
from quizkit.proof.plan import FURTHER_SEEDS, Planned, plan_fact, plan_item
from quizkit.proof.prove import Result
from quizkit.proof.solution import SOLUTION_PREFIX, judge_solution, plan_solution

Content = Item | Fact | LoadedSolution


@dataclass(frozen=True)
class Subject:
    """One item, one fact or one solution of a bank."""

    name: str
    """The item's id, `fact:ID` or `solution:NAME`."""
    content: Content
    pattern: LoadedPattern
    document: Document
    root: Path = ()
    """Where the content starts in the document."""

    @property
    def item(self) -> Item | None:
        """The item, if it is one."""
        return None if isinstance(self.content, Fact | LoadedSolution) else self.content

    @property
    def requires(self) -> tuple[str, ...]:
        """What it needs of the environment."""
        return () if self.item is None else self.item.requires

    @property
    def exempt(self) -> str | None:
        """The written reason why it cannot be proved by running it."""
        return None if self.item is None else self.item.exempt

    @property
    def seeds(self) -> tuple[int, ...] | None:
        """The seeds its author fixed."""
        return None if self.item is None else self.item.seeds

    def planned(self, seeds: tuple[int, ...] = ()) -> list[Planned]:
        """Return the probes to run first; `seeds` overrides the author's."""
        prelude = self.pattern.pattern.prelude
        match self.content:
            case Fact():
                return plan_fact(self.name.removeprefix("fact:"), self.pattern.pattern.facts, prelude, seeds)
            case LoadedSolution() as solution:
                return plan_solution(solution)
            case item:
                return plan_item(item, prelude, seeds)

    @cached_property
    def possible_digests(self) -> frozenset[str]:
        """Every probe that may belong to its proof, further seeds included."""
        every = self.planned() if self.seeds else self.planned() + self.planned(FURTHER_SEEDS)
        return frozenset(planned.probe.digest for planned in every)

    def judged(self, records: Iterable[Record]) -> Judgement:
        """Return the judge's conclusion."""
        match self.content:
            case Fact():
                return judge_fact(records)
            case LoadedSolution() as solution:
                return judge_solution(solution, records)
            case item:
                return judge_item(item, records)


def subjects(bank: Bank) -> Iterator[Subject]:
    """Yield everything that gets a verdict, in the bank's order: of each pattern, facts first and solutions last."""
    for pattern in bank.patterns:
        for name, fact in pattern.pattern.facts.items():
            yield Subject(f"fact:{name}", fact, pattern, pattern.document, ("facts", name))
        for entry in pattern.items:
            yield Subject(entry.item.id, entry.item, pattern, entry.document)
        if (experiment := pattern.experiment) is not None:
            for index, solution in enumerate(experiment.solutions):
                name = f"{SOLUTION_PREFIX}{solution.solution.name}"
                yield Subject(name, solution, pattern, experiment.document, ("solutions", index))


def named(bank: Bank, wanted: str) -> list[Subject]:
    """Return the subjects that an id or a shell pattern names; the id of an instance names its item.

    Raises UsageError, with a suggestion, if there is none.
    """
    every = {subject.name: subject for subject in subjects(bank)}
    item = wanted.partition("?")[0] if "=" in wanted else wanted
    if item in every:
        return [every[item]]
    if found := [subject for name, subject in every.items() if fnmatchcase(name, wanted)]:
        return found
    close = get_close_matches(wanted, list(every), 1)
    hint = f"did you mean {close[0]}?" if close else "`quizkit list` shows what there is"
    raise UsageError(f"there is no item {wanted!r}; {hint}")


def verdict(subject: Subject, records: Iterable[Record], results: dict[str, Result]) -> Verdict:
    """Return the verdict on a subject: the judgement, with places, counts and notes. `results` by digest."""
    judgement = subject.judged(records)
    return _told(
        subject,
        judgement.status,
        tuple(_placed(finding, subject) for finding in judgement.findings),
        probes=len(results),
        cached=sum(result.is_cached for result in results.values()),
        seconds=sum(r.evidence.observed.cpu_seconds for r in results.values() if not r.is_cached),
        notes=tuple(_notes(results.values())),
    )


def verdict_without_running(subject: Subject, missing: str, remedy: str) -> Verdict:
    """Return the verdict on a subject that cannot be run here, or that its author exempts."""
    if subject.exempt is not None:
        return _told(subject, Status.EXEMPT, ())
    finding = Finding(kind=Reason.NEEDS_ENVIRONMENT, what=missing, remedy=remedy, path=("requires",))
    return _told(subject, Status.UNDECIDED, (_placed(finding, subject),))


def _told(subject: Subject, status: Status, findings: tuple[Finding, ...], **counts: object) -> Verdict:
    item = subject.item
    return Verdict.model_validate(
        {
            "pattern": subject.pattern.pattern.id,
            "item": subject.name,
            "status": status,
            "stem": _stem(subject.content),
            "findings": findings,
            "exempt": subject.exempt,
            "instances": 1 if item is None else row_count(item.variants),
            "place": subject.document.place(subject.root),
            **counts,
        }
    )


def _stem(content: Content) -> str:
    match content:
        case Fact():
            return content.about or content.value
        case LoadedSolution():
            return content.solution.about
        case _:
            return content.stem


def _placed(finding: Finding, subject: Subject) -> Finding:
    return finding.model_copy(update={"place": subject.document.place((*subject.root, *finding.path))})


def _notes(results: Iterable[Result]) -> Iterator[str]:
    every = list(results)
    if any(result.evidence.stub_weights for result in every):
        yield "seeded stub weights stood in for pretrained ones"
    if again := sum(result.was_run_again for result in every):
        yield f"{again} {'probe was' if again == 1 else 'probes were'} run twice, the second time alone"

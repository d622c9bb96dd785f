"""The experiment of a topic, as `experiment.yaml` states it: a task, its contract, and solutions.

Prose may quote `{fact:ID}`, and `{run:NAME}` or `{run:SOLUTION.NAME}` for what a run measured; no figure of its own.
Invariant: there is one reference, it breaks nothing, and every clause that anything speaks of is in the contract.
"""

import hashlib
from typing import Annotated, Final, Self

from pydantic import Field, StringConstraints, model_validator

from quizkit.model.base import Noun, Written
from quizkit.model.contract import Clause
from quizkit.model.run import Profile, Share
from quizkit.model.text import SOMETHING, Prose

REFERENCE: Final = "reference"
"""Name of the solution that keeps the whole contract."""

FileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.py$", max_length=80), SOMETHING]
"""The name of a Python file."""


def solution_name(file: str) -> str:
    """Return what a solution is called on the command line: its file's name, with hyphens, without `.py`."""
    return file.removesuffix(".py").replace("_", "-")


def digest_of_program(source: str) -> str:
    """Return the SHA-256 that a run's head names its program by."""
    return hashlib.sha256(source.encode()).hexdigest()


class Solution(Written):
    """A way of doing the task, as a file of its own under `solutions/`."""

    file: FileName
    """Its file."""
    about: Prose
    """What it does, in a sentence; of a mistake, what tempts one into it."""
    breaks: tuple[Clause, ...] = ()
    """The clauses it does not keep: exactly these, proved by running it."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return solution_name(self.file)


class Setting(Written):
    """One profile: data and backbone, and what is reached with them."""

    about: Prose
    """What the data and the backbone are, in a sentence."""
    target: Share
    """Validation accuracy to reach: more than a network without pretraining does."""
    minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    """Wall time after which a run is stopped."""


class Accuracies(Written):
    """Two accuracies that belong together."""

    train: Share
    """On the training images."""
    validation: Share
    """On the validation images."""


class Claimed(Written):
    """What the source of the experiment says it gives, set beside what was measured."""

    before: Accuracies
    """Before the head is replaced."""
    after: Accuracies
    """After it is trained."""
    profile: Profile
    """What it is said of: figures of other images are no measure of these."""


class Bonus(Written):
    """Where to go from here."""

    task: Prose
    """What to try."""
    hint: Prose
    """How to begin."""
    solution: FileName
    """The solution that does it, from the list."""


class Experiment(Written):
    """A training task that is run for real."""

    problem: Prose
    """What one has, and wants."""
    starting_point: Prose
    """What there is before anything is changed, and how good that is."""
    task: Prose
    """What is to be done."""
    contract: Annotated[dict[Clause, Prose], Field(min_length=1)]
    """What a solution must keep: each clause with a sentence that says why."""
    hints: tuple[Prose, ...]
    """A ladder: each gives away more than the one before."""
    solutions: Annotated[tuple[Solution, ...], Field(min_length=1)]
    """The reference first, then other ways and common mistakes."""
    what_changed: tuple[Prose, ...]
    """What the reference does, step by step."""
    interpretation: Prose
    """What the figures of a run mean."""
    bonus: Bonus
    """Where to go from here."""
    claimed: Claimed | None = None
    """What the source of the experiment says it gives."""
    profiles: Annotated[dict[Profile, Setting], Field(min_length=1)]
    """Where data and backbone may come from; the first is the default."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        files = [solution.file for solution in self.solutions]
        if len(set(files)) < len(files):
            raise ValueError("names a solution twice: keep one")
        if self.solutions[0].name != REFERENCE or self.solutions[0].breaks:
            raise ValueError("does not begin with a reference: let `reference.py`, which breaks nothing, come first")
        if self.bonus.solution not in files:
            raise ValueError(f"names the bonus {self.bonus.solution}, which is no solution: add it to the list")
        for solution in self.solutions:
            if unknown := [clause.value for clause in solution.breaks if clause not in self.contract]:
                raise ValueError(f"says that {solution.file} breaks {unknown[0]}: add that clause to the contract")
        return self

    def solution(self, name: str) -> Solution | None:
        """Return the solution of a name, with or without `.py`; None if there is none."""
        return next((each for each in self.solutions if each.name == solution_name(name)), None)

    @property
    def default_profile(self) -> Profile:
        """The profile of a run that names none."""
        return next(iter(self.profiles))

    def prose(self) -> dict[tuple[str | int, ...], str]:
        """Return every text that is shown, by its path."""
        texts: dict[tuple[str | int, ...], str] = {
            ("problem",): self.problem,
            ("starting_point",): self.starting_point,
            ("task",): self.task,
            ("interpretation",): self.interpretation,
            ("bonus", "task"): self.bonus.task,
            ("bonus", "hint"): self.bonus.hint,
        }
        texts |= {("contract", clause.value): text for clause, text in self.contract.items()}
        texts |= {("hints", index): text for index, text in enumerate(self.hints)}
        texts |= {("what_changed", index): text for index, text in enumerate(self.what_changed)}
        texts |= {("solutions", index, "about"): each.about for index, each in enumerate(self.solutions)}
        texts |= {("profiles", name, "about"): each.about for name, each in self.profiles.items()}
        return texts


class LoadedSolution(Noun):
    """A solution with its program."""

    solution: Solution
    """What the experiment says of it."""
    path: str
    """Its file, absolute."""
    source: str
    """Its program."""

    @property
    def digest(self) -> str:
        """SHA-256 of its program, as a run of it has it."""
        return digest_of_program(self.source)

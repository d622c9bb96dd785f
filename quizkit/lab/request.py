"""What a command asks for -> what is to be run: the topic, the solution and where it comes from.

Invariant: what is asked for is checked here as far as the files on disk can tell, so that a child is started only for
something that can be run.
"""

from pathlib import Path
from typing import Any, Final

from quizkit.bank.naming import pattern_named
from quizkit.bank.problem import did_you_mean
from quizkit.errors import UsageError
from quizkit.lab.program import program_in
from quizkit.lab.recording import RunRequest
from quizkit.model.bank import Bank, LoadedExperiment, LoadedPattern
from quizkit.model.contract import CLAUSES, Clause
from quizkit.model.experiment import REFERENCE, Experiment
from quizkit.model.run import BackboneKind, Profile
from quizkit.sandbox.barrier import training_barrier

_FREED: Final[dict[BackboneKind, tuple[Clause, ...]]] = {"pretrained": (), "random": (Clause.TARGET,)}
"""Clauses that a run is not held to. The target is set so that a control misses it: its accuracy is only measured."""

_SELF_CONTAINED: Final[Profile] = "offline"
"""The profile that takes nothing that a user brings along."""


def experiment_of(bank: Bank, name: str) -> tuple[LoadedPattern, LoadedExperiment]:
    """Return a topic with its experiment. Raises UsageError, with a suggestion, if there is none of this name."""
    pattern = pattern_named(bank, name)
    if pattern.experiment is None:
        raise UsageError(
            f"the pattern {pattern.pattern.id} has no experiment; write {pattern.folder}/experiment.yaml"
        )
    return pattern, pattern.experiment


def requested(
    bank: Bank, pattern: LoadedPattern, wanted: str | Path | None, profile: str | None, *,
    is_trusted: bool = False, **options: Any,
) -> RunRequest:  # fmt: skip
    """Return the request to run a solution: one of the topic's by name, or a file; the reference if it is None.

    Raises UsageError for a name or a profile that is not there, and for a solution of a foreign bank that nobody said
    to trust; ContentError for a file that cannot be read.
    """
    loaded = pattern.experiment
    assert loaded is not None, "experiment_of found it"
    solution, path, source = _program(loaded, wanted)
    experiment = loaded.experiment
    chosen = _profile(experiment, profile)
    backbone = options.get("backbone", "pretrained")
    brought = [f"--{name.replace('_', '-')}" for name in ("weights", "data_dir") if options.get(name) is not None]
    if chosen == _SELF_CONTAINED and brought:
        raise UsageError(
            f"the profile {chosen} has weights and data of its own; leave out {' and '.join(brought)}, or choose "
            "another --profile"
        )
    if backbone == "random" and options.get("weights") is not None:
        raise UsageError("a random backbone has no weights to read; leave out --weights, or --backbone random")
    is_the_banks = any(path == Path(each.path) for each in loaded.solutions) or _lies_in(bank, path)
    if is_the_banks and (forbidden := training_barrier(bank, pattern.pattern.id, is_trusted=is_trusted)):
        raise UsageError("; ".join(forbidden))
    return RunRequest(
        pattern=pattern.pattern.id,
        clauses=tuple(
            clause for clause in CLAUSES if clause in experiment.contract and clause not in _FREED[backbone]
        ),
        solution=solution,
        path=path,
        source=source,
        profile=chosen,
        setting=experiment.profiles[chosen],
        **options,
    )


def _profile(experiment: Experiment, wanted: str | None) -> Profile:
    """Return the profile of this name, or the default one."""
    found = next((each for each in experiment.profiles if each == wanted), None)
    if found is None and wanted is not None:
        remedy = did_you_mean(wanted, experiment.profiles, f"choose one of {', '.join(experiment.profiles)}")
        raise UsageError(f"there is no profile {wanted!r}; {remedy}")
    return found or experiment.default_profile


def _lies_in(bank: Bank, program: Path) -> bool:
    """Say whether a program came with a bank; any other is the user's own, and so is what becomes of running it."""
    return program.resolve().is_relative_to(Path(bank.folder).resolve())


def _program(loaded: LoadedExperiment, wanted: str | Path | None) -> tuple[str, Path, str]:
    """Return the name, the absolute path and the text of a solution."""
    known = {each.solution.name: each for each in loaded.solutions}
    named = loaded.experiment.solution(str(wanted or REFERENCE)) if not isinstance(wanted, Path) else None
    if named is not None:
        found = known[named.name]
        return named.name, Path(found.path), found.source
    file = Path(wanted or "")
    if not file.exists():
        if isinstance(wanted, Path):
            raise UsageError(
                f"there is no file {file}; `quizkit new solution PATTERN {file}` writes one to begin with"
            )
        remedy = did_you_mean(str(wanted), known, f"choose one of {', '.join(known)}, or a file of yours")
        raise UsageError(f"there is no solution {str(wanted)!r}; {remedy}")
    return file.stem, file.absolute(), program_in(file)

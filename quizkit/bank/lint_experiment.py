"""What is wrong with an experiment that no single field shows: its prose, and the files of its solutions. Pure.

Invariant: every listed solution is a program that defines `prepare`, every program beside them is listed, and prose
quotes only what is measured.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from quizkit.bank.grammar import fault, parsed
from quizkit.bank.problem import did_you_mean, problem
from quizkit.bank.prose import lint_prose
from quizkit.bank.run_prose import lint_runs
from quizkit.errors import Problem
from quizkit.model.bank import Document, Place
from quizkit.model.experiment import Experiment

SOLUTIONS: Final = "solutions"
"""The folder of the programs, beside experiment.yaml."""


def lint_experiment(
    experiment: Experiment, document: Document, programs: Mapping[str, tuple[str, str]], facts: Collection[str] | None
) -> Iterator[Problem]:
    """Yield what is wrong. `programs` holds path and text of every program in the folder, by file name.

    Prose may quote `facts`, or any if they are not known.
    """
    names = [solution.name for solution in experiment.solutions]
    for path, text in experiment.prose().items():
        for doubt in [*lint_prose(text, facts), *lint_runs(text, names)]:
            yield problem(document.place(path, (doubt.line, doubt.column)), doubt.what, doubt.remedy)
    yield from _programs(experiment, document, programs)


def _programs(
    experiment: Experiment, document: Document, programs: Mapping[str, tuple[str, str]]
) -> Iterator[Problem]:
    listed = {solution.file for solution in experiment.solutions}
    for index, solution in enumerate(experiment.solutions):
        if solution.file not in programs:
            place = document.place(("solutions", index, "file"))
            remedy = did_you_mean(solution.file, sorted(programs.keys() - listed), f"write it in {SOLUTIONS}/")
            yield problem(place, f"there is no file {SOLUTIONS}/{solution.file}", remedy)
            continue
        path, source = programs[solution.file]
        if (wrong := fault(source, "exec")) is not None:
            place = Place(file=path, line=wrong.line, column=wrong.column)
            yield problem(place, f"this is not Python: {wrong.what}", "mend the code")
        elif not _defines_prepare(source):
            remedy = "define prepare(model, classes), which returns the parameters to optimise"
            yield problem(Place(file=path), "this solution has no function 'prepare'", remedy)
    for name in sorted(programs.keys() - listed):
        remedy = "list it under `solutions:` in experiment.yaml, or delete it"
        yield problem(Place(file=programs[name][0]), "nothing runs this program", remedy)


def _defines_prepare(source: str) -> bool:
    tree = parsed(source, "exec")
    assert isinstance(tree, ast.Module)
    return any(isinstance(node, ast.FunctionDef) and node.name == "prepare" for node in tree.body)

"""Every example in the inspection functions' documentation is run where it is meant to be run: in a probe."""

import importlib.util
from ast import FunctionDef, get_docstring, parse
from collections.abc import Callable
from doctest import DocTestParser
from pathlib import Path

import pytest

from quizkit.model.evidence import Evidence, Outcome

Run = Callable[..., Evidence]


def documented() -> dict[str, list[tuple[str, str]]]:
    """Return the examples of every public inspection function, without importing one: (source, wanted output)."""
    room = importlib.util.find_spec("quizkit.observe")
    assert room is not None and room.origin is not None
    found = {}
    for module in ("modules", "console"):
        tree = parse((Path(room.origin).parent / f"{module}.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, FunctionDef) and not node.name.startswith("_") and node.name != "start":
                examples = DocTestParser().get_examples(get_docstring(node) or "")
                found[node.name] = [(example.source, example.want) for example in examples]
    return found


EXAMPLES = documented()

RUNNER = """
import sys
from quizkit.observe import *

def differences(examples):
    names, found = dict(globals()), []
    for source, want in examples:
        before = len(printed())
        exec(compile(source, "<example>", "single"), names)
        got = printed()[before:]
        if got != want:
            found.append((source, want, got))
    return found

failed = differences({examples!r})
print(failed)
"""


def test_every_inspection_function_has_an_example(run: Run) -> None:
    exported = run("import quizkit.observe as o", observe="sorted(o.__all__)").observe
    assert exported is not None and exported.value is not None and exported.value.items is not None
    functions = {str(item.scalar) for item in exported.value.items} - {"Changes"}
    assert functions == EXAMPLES.keys() and all(EXAMPLES.values())


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_is_true(name: str, run: Run) -> None:
    source = RUNNER.replace("{examples!r}", repr(EXAMPLES[name]))
    evidence = run(source, expectations={"as documented": "failed == []"})
    assert evidence.outcome is Outcome.RETURNED, evidence
    assert evidence.expectations["as documented"].holds is True, evidence.stdout


@pytest.mark.parametrize(
    "expression",
    [
        "trainable(net) == ['0.weight', '0.bias', '1.weight', '1.bias']",
        "changes(net, lambda: net[0].requires_grad_(False)) == Changes([], [])",
        "changes(net, lambda: net(torch.ones(4, 2))).parameters == []",
        "changes(net, lambda: net.add_module('2', nn.Linear(2, 1))).parameters == ['2.weight', '2.bias']",
        "changes(nn.Linear(1, 1), lambda: None) == ([], [])",
        "changes(head, lambda: setattr(head, 'bias', nn.Parameter(torch.zeros(9)))).parameters == ['bias']",
        "changes(head, lambda: head.weight.data.neg_()).parameters == ['weight']",
        "called(net[1], lambda: net[0](torch.ones(1, 2))) == 0",
        "raises(lambda: called(net[1], lambda: net(torch.ones(1, 9))), RuntimeError)",
        "not net[1]._forward_pre_hooks",
        "not raises(lambda: None, ValueError)",
        "not raises(lambda: int('x'), ValueError, 'no such words')",
        "raises(lambda: raises(lambda: int('x'), Exception), ValueError)",
        "raises(lambda: {}['k'], KeyError, \"^'k'$\")",
        "not equivalent(nn.Linear(2, 2), nn.Linear(2, 3), torch.ones(1, 2))",
        "not equivalent(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2), nn.ReLU()), -torch.ones(1, 2))",
        "equivalent(nn.Sequential(nn.Linear(2, 2), nn.Dropout()), nn.Linear(2, 2), torch.ones(1, 2))",
        "differs_in_train_mode(nn.BatchNorm1d(2), torch.rand(4, 2)) and net.training",
        "shares_storage(net, net.state_dict()['0.weight'])",
        "not shares_storage(torch.empty(0), torch.empty(0))",
        "not shares_storage(nn.ReLU(), nn.ReLU())",
        "printed() == 'one\\ntwo' and warned() == ['UserWarning: three']",
    ],
)
def test_what_they_say_at_the_edges(run: Run, expression: str) -> None:
    source = "from quizkit.observe import *\nimport sys, warnings\nprint('one'); sys.stdout.write('two')\n"
    source += (
        "warnings.warn('three')\nnet = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))\nhead = nn.Linear(2, 2)"
    )
    evidence = run(source, expectations={"holds": expression})
    assert evidence.expectations["holds"].holds is True, evidence.expectations["holds"]


def test_looking_draws_no_random_number(run: Run) -> None:
    source = "from quizkit.observe import *\nnet = nn.Dropout()\nstate = torch.get_rng_state()\n"
    source += "differs_in_train_mode(net, torch.ones(9)); equivalent(net, net, torch.ones(2)); changes(net, list)"
    evidence = run(source, expectations={"still": "torch.equal(torch.get_rng_state(), state)"})
    assert evidence.expectations["still"].holds is True

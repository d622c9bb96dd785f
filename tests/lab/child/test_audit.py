"""Every shipped solution breaks what it declares, and the audit says so with counts."""

from pathlib import Path

import pytest
import torch
import yaml
from small_experiment import Heard, backbone, config, data, network
from torch import nn

import quizkit
from quizkit.lab.child.audit import CLAUSES, Audited, snapshot, tried
from quizkit.lab.child.failure import is_refusal
from quizkit.lab.child.recipe import trained_and_audited
from quizkit.lab.child.solution import load_solution
from quizkit.model.contract import CLAUSES as NAMED

FOLDER = Path(quizkit.__file__).parents[1] / "content" / "pytorch" / "replacing-classifier-head"
DECLARED = {
    each["file"]: set(each.get("breaks", ()))
    for each in yaml.safe_load((FOLDER / "experiment.yaml").read_text(encoding="utf-8"))["solutions"]
}
FROZEN = "def prepare(model, classes):\n    model.requires_grad_(False).eval()\n"


def audited(source: str, **changes: float) -> dict[str, Audited]:
    solution = load_solution(source, "solution.py")
    return trained_and_audited(config(None, **changes), solution, backbone(), data(), Heard()).clauses


def test_the_clauses_are_those_of_the_model() -> None:
    assert list(CLAUSES) == [clause.value for clause in NAMED]


def test_every_solution_is_declared() -> None:
    assert DECLARED.keys() == {file.name for file in (FOLDER / "solutions").glob("*.py")}


@pytest.mark.parametrize("file", DECLARED)
def test_a_shipped_solution_breaks_what_it_declares(file: str) -> None:
    # Whether a target is reached is a question to the real network: `quizkit verify` asks it.
    found = audited((FOLDER / "solutions" / file).read_text(encoding="utf-8"), target=0.0)
    broken = {clause for clause, each in found.items() if not each.holds}
    assert broken - {"target"} == DECLARED[file] - {"target"}


def test_buffers_are_counted() -> None:
    found = audited((FOLDER / "solutions" / "as_published.py").read_text(encoding="utf-8"))["backbone-buffers"]
    assert (found.holds, found.measured) == (False, "3 of 3 BatchNorm buffers moved")
    assert found.facts == {
        "moved": 3, "missing": 0, "total": 3,
        "examples": ["bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "clause", "measured"),
    [
        ("return [model.fc.bias]", "only-head-trainable", "there is no new head"),
        ("model.fc.requires_grad_(True); return model.fc.parameters()", "head-on-path", "there is no new head"),
        (
            "import torch; model.fc = torch.nn.Linear(512, classes); return [model.fc.weight]",
            "only-head-trainable",
            "1 of 2 tensors of the new head are trained",
        ),
        (
            "import torch; model.fc = torch.nn.Linear(512, classes); del model.bn1.running_mean\n"
            "    model.bn1.running_mean = None; return model.fc.parameters()",
            "backbone-buffers",
            "1 are no longer there",
        ),
        (
            "import torch; model.fc = torch.nn.Linear(512, classes); model.conv1.bias.data[0] += 1e-6\n"
            "    return model.fc.parameters()",
            "backbone-parameters",
            "1 of 6 parameter tensors of the backbone moved",
        ),
        (
            "import torch; model.fc = torch.nn.Linear(512, 5); return model.fc.parameters()",
            "target",
            "nothing could be trained: the loss raised IndexError",
        ),
    ],
)
def test_what_is_broken_is_told(change: str, clause: str, measured: str) -> None:
    found = audited(f"{FROZEN}    {change}\n")[clause]
    if measured == "there is no new head" and clause == "only-head-trainable":
        measured = "0 of 0 tensors of the new head are trained"
    assert not found.holds and measured in found.measured


def test_auditing_changes_nothing() -> None:
    model = network().train()
    model.fc = nn.Linear(512, 10)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    state = torch.get_rng_state()
    trial = tried(model, ["fc.weight", "fc.bias"], data().train.sample(8))
    assert trial.can_train and trial.outputs == 10 and trial.calls == {"fc": 1}
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert torch.equal(state, torch.get_rng_state()) and all(p.grad is None for p in model.parameters())


def test_a_new_parameter_is_told_by_identity_not_by_name() -> None:
    model = network()
    before = snapshot(model)
    assert before.added(model) == {}
    model.fc = nn.Linear(512, 1000)
    assert list(before.added(model)) == ["fc.weight", "fc.bias"]


@pytest.mark.parametrize(
    "refusal",
    [
        "raise PermissionError(1, 'Operation not permitted')",
        'raise RuntimeError("can\'t start new thread")',
        "raise MemoryError",
        "raise ValueError('mine') from BlockingIOError(11, 'Resource temporarily unavailable')",
    ],
)
def test_what_the_machine_refuses_breaks_no_clause(refusal: str) -> None:
    source = f"""
from torch import nn
class Head(nn.Linear):
    def forward(self, x):
        {refusal}
def prepare(model, classes):
    model.fc = Head(512, classes)
    return model.fc.parameters()
"""
    with pytest.raises((OSError, RuntimeError, MemoryError, ValueError)):
        audited(source)


def test_an_exception_that_is_its_own_cause_is_looked_at_once() -> None:
    error = ValueError("mine")
    error.__cause__ = error
    assert not is_refusal(error)


def test_what_the_network_itself_raises_breaks_clauses() -> None:
    found = audited(
        FROZEN + "    import torch\n    model.fc = torch.nn.Linear(7, classes)\n    return model.fc.parameters()\n"
    )
    assert not found["head-on-path"].holds and "mat1 and mat2" in found["head-on-path"].measured

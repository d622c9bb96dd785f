"""The contract, audited from snapshots: what a solution did to the network, clause by clause, with counts.

Terms: the *backbone* is every tensor of the network as it was handed to `prepare`, its old head apart; the *head* is
every parameter that `prepare` put in. Both are told by identity and by bits, never by what a solution says of itself.
Invariant: auditing changes nothing. The forward and backward pass it needs is made on a copy.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from quizkit.lab.child.backbone import HEAD
from quizkit.lab.child.data import Batch
from quizkit.lab.child.failure import is_refusal, told
from quizkit.observe.bits import bits

Fact = int | float | str | list[str]

_NAMES_TOLD: Final = 4
"""Names listed as an example of what moved."""


class Audited(NamedTuple):
    """One clause, measured."""

    holds: bool
    measured: str
    """One sentence with counts."""
    facts: dict[str, Fact]
    """The same as values."""


class Snapshot(NamedTuple):
    """A network before a solution touched it."""

    parameters: dict[str, torch.Tensor]
    """The bits of every parameter of the backbone, by name."""
    buffers: dict[str, torch.Tensor]
    """The bits of every buffer of the backbone, by name."""
    originals: tuple[nn.Parameter, ...]
    """The parameters themselves, old head included; kept, so that no new one can have the identity of an old one."""

    def added(self, model: nn.Module) -> dict[str, nn.Parameter]:
        """Return the parameters that were put in since, by name: the head."""
        old = set(map(id, self.originals))
        return {name: each for name, each in model.named_parameters() if id(each) not in old}


def snapshot(model: nn.Module) -> Snapshot:
    """Return what `model` is now."""
    return Snapshot(
        {name: bits(tensor) for name, tensor in model.named_parameters() if not _is_of_head(name)},
        {name: bits(tensor) for name, tensor in model.named_buffers() if not _is_of_head(name)},
        tuple(model.parameters()),
    )


def _is_of_head(name: str) -> bool:
    return name.partition(".")[0] == HEAD


class Trial(NamedTuple):
    """What one step would do, tried on a copy before training."""

    outputs: int | None
    """Scores for an image; None if the forward pass did not end."""
    failure: str
    """What kept it from a forward pass, a loss and a backward pass; empty if nothing did."""
    calls: dict[str, int]
    """How often each module that holds head parameters was called."""
    gradients: list[str]
    """Names of head parameters that received a gradient other than zero."""

    @property
    def can_train(self) -> bool:
        """Whether an optimizer step can follow."""
        return not self.failure


def tried(model: nn.Module, head: Iterable[str], batch: Batch) -> Trial:
    """Try a forward pass, a loss and a backward pass on a copy of `model`.

    What the machine or a wall of the sandbox refuses is raised: it breaks no clause, and keeps none.
    """
    images, labels = batch
    double, names = copy.deepcopy(model), list(head)
    calls = dict.fromkeys(sorted({name.rpartition(".")[0] for name in names}), 0)
    for owner in calls:
        double.get_submodule(owner).register_forward_pre_hook(_counting(calls, owner))
    stage, outputs = "the forward pass", None
    try:
        scores = double(images)
        outputs = int(scores.shape[-1])
        stage = "the loss"
        loss = functional.cross_entropy(scores, labels)
        stage = "the backward pass"
        loss.backward()
        failure = ""
    except Exception as error:
        if is_refusal(error):
            raise
        failure = f"{stage} raised {told(error)}"
    parameters = dict(double.named_parameters())
    received = [name for name in names if (grad := parameters[name].grad) is not None and bool(grad.any())]
    return Trial(outputs, failure, calls, received)


def _counting(calls: dict[str, int], owner: str) -> Callable[..., None]:
    def count(*_: object) -> None:
        calls[owner] += 1

    return count


class Evidence(NamedTuple):
    """All that the clauses are judged from, after training."""

    model: nn.Module
    before: Snapshot
    trial: Trial
    optimized: list[torch.Tensor]
    """What the optimizer was given."""
    classes: int
    accuracy: float | None
    """Validation accuracy after training; None if the network gives none."""
    target: float


def _output_classes(seen: Evidence) -> Audited:
    facts: dict[str, Fact] = {"classes": seen.classes}
    if seen.trial.outputs is None:
        return Audited(False, f"the network gives no scores: {seen.trial.failure}", facts)
    outputs = seen.trial.outputs
    return Audited(
        outputs == seen.classes, f"{outputs} scores for {seen.classes} classes", {**facts, "outputs": outputs}
    )


def _only_head_trainable(seen: Evidence) -> Audited:
    head, optimized = seen.before.added(seen.model), set(map(id, seen.optimized))
    inside = {id(each): name for name, each in seen.model.named_parameters()}
    trained = [name for name, each in head.items() if each.requires_grad and id(each) in optimized]
    loose = [name for name, each in seen.model.named_parameters() if each.requires_grad and name not in head]
    backbone = [name for name in inside.values() if name not in head]
    strangers = len(optimized - inside.keys())
    measured = (
        f"{len(trained)} of {len(head)} tensors of the new head are trained, "
        f"and {len(loose)} of {len(backbone)} others take gradients"
    )
    if strangers:
        measured += f"; {strangers} tensors given to the optimizer are not in the network"
    facts: dict[str, Fact] = {
        "head_tensors": len(head), "head_tensors_trained": len(trained), "other_tensors": len(backbone),
        "other_tensors_trainable": len(loose), "strangers": strangers,
    }  # fmt: skip
    return Audited(bool(head) and len(trained) == len(head) and not loose and not strangers, measured, facts)


def _backbone_parameters(seen: Evidence) -> Audited:
    now = dict(seen.model.named_parameters())
    return _moved(seen.before.parameters, now, "parameter tensors of the backbone")


def _backbone_buffers(seen: Evidence) -> Audited:
    now = dict(seen.model.named_buffers())
    owners = {
        type(module).__name__
        for module in seen.model.modules()
        if next(module.buffers(recurse=False), None) is not None
    }
    is_norm = bool(owners) and all(name.startswith("BatchNorm") for name in owners)
    return _moved(seen.before.buffers, now, "BatchNorm buffers" if is_norm else "buffers of the backbone")


def _moved(before: Mapping[str, torch.Tensor], now: Mapping[str, torch.Tensor], what: str) -> Audited:
    missing = [name for name in before if name not in now]
    moved = [name for name in before if name in now and not torch.equal(before[name], bits(now[name]).cpu())]
    measured = f"{len(moved)} of {len(before)} {what} moved"
    if missing:
        measured += f", {len(missing)} are no longer there"
    examples = (moved + missing)[:_NAMES_TOLD]
    facts: dict[str, Fact] = {
        "moved": len(moved),
        "missing": len(missing),
        "total": len(before),
        "examples": examples,
    }
    return Audited(not moved and not missing, measured, facts)


def _head_on_path(seen: Evidence) -> Audited:
    head, calls = seen.before.added(seen.model), seen.trial.calls
    called, received = sum(1 for count in calls.values() if count), len(seen.trial.gradients)
    facts: dict[str, Fact] = {
        "modules": len(calls), "modules_called": called, "tensors": len(head), "tensors_with_gradient": received,
    }  # fmt: skip
    if not head:
        return Audited(False, "there is no new head: the network has the parameters it came with", facts)
    measured = f"{received} of {len(head)} tensors of the new head received a gradient in a step"
    measured += (
        ", and it was called" if called == len(calls) else f", and {len(calls) - called} of its modules never called"
    )
    if seen.trial.failure:
        measured += f"; {seen.trial.failure}"
    return Audited(called == len(calls) and received == len(head), measured, facts)


def _target(seen: Evidence) -> Audited:
    facts: dict[str, Fact] = {"target": seen.target}
    if seen.accuracy is None:
        return Audited(False, f"nothing could be trained: {seen.trial.failure}", facts)
    measured = f"validation accuracy {100 * seen.accuracy:.1f} %, at least {100 * seen.target:.1f} % is asked for"
    return Audited(seen.accuracy >= seen.target, measured, {**facts, "accuracy": seen.accuracy})


CLAUSES: Final[Mapping[str, Callable[[Evidence], Audited]]] = {
    "output-classes": _output_classes,
    "only-head-trainable": _only_head_trainable,
    "backbone-parameters": _backbone_parameters,
    "backbone-buffers": _backbone_buffers,
    "head-on-path": _head_on_path,
    "target": _target,
}
"""How each clause is measured."""

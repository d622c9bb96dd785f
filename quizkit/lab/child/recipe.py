"""The training program: a pretrained network gets a new head, the head is trained, the contract is audited.

Read it from top to bottom: `run` is the experiment as a person starts it, `trained_and_audited` what happens to every
solution, in every profile, `train_epoch` the loop itself. Every number that shapes a run stands in `Config`, and
comes from whoever asks for the run; the optimizer is Adam, as in the source's own recipe.

Invariant: every solution goes through the same lines, and every number told was measured in this run.
"""

import functools
import platform
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, NamedTuple

import safetensors.torch
import torch
import torch.nn.functional as F  # noqa: N812  its usual name
import torchvision
from torch import nn, optim

from quizkit.lab.atomic import written_whole
from quizkit.lab.child import audit, backbone, features, measure, profiles
from quizkit.lab.child.backbone import HEAD, Backbone
from quizkit.lab.child.checkpoint import Checkpoint, restore, seed_everything
from quizkit.lab.child.config import Config
from quizkit.lab.child.data import Batch, Data, order_of
from quizkit.lab.child.device import choose_device, device_name, threads_for, wait_for
from quizkit.lab.child.events import Tell
from quizkit.lab.child.failure import RunError
from quizkit.lab.child.format import PLAIN, Format, fastest_format
from quizkit.lab.child.solution import COPY, Group, Solution, guarded, prepared, read_solution
from quizkit.observe.bits import bits

_TRIED: Final = 16
"""Images in the trial step: more than one, for BatchNorm in training mode needs two values per channel."""
_PROBED: Final = 32
"""Images on which number formats are timed: enough to keep all cores busy, and a second's work at 224x224 pixels."""
_LEAVE_WHOLE: Final = "leave a network that gives a score for each class, its tensors where and of the type they were"
"""What to do about a network that cannot be used any more."""


def run(config: Config, tell: Tell) -> None:
    """Do what `config` asks for, telling events. Raises RunError, and whatever else nobody foresaw."""
    started = time.monotonic()
    # Cheap refusals first: nobody should wait for a download to learn of a typing error.
    if config.profile not in ("offline", "cifar10"):
        raise RunError("data", f"there is no profile {config.profile}", "say --profile offline or --profile cifar10")
    device = choose_device(config.device)
    load_backbone = functools.cache(functools.partial(profiles.backbone_of, config, tell))
    backbone.resolve_pretrained_by(load_backbone)
    solution = read_solution(Path(config.folder) / COPY, config.solution)
    checkpoint = Checkpoint(config, solution.source)
    saved = checkpoint.read()
    versions = {
        "python": platform.python_version(), "torch": str(torch.__version__),
        "torchvision": str(torchvision.__version__),
    }  # fmt: skip
    tell(
        "run-started", seed=config.seed, profile=config.profile, solution=Path(config.solution).name,
        device=str(device), device_name=device_name(device), versions=versions,
        resumed_from_epoch=len(saved["done"]["epochs"]) if saved is not None else None,
    )  # fmt: skip
    pretrained = load_backbone()
    data = profiles.data_of(config, pretrained.transform, device, tell)
    tell(
        "data-loaded", name=data.name, classes=data.classes, train_images=len(data.train),
        validation_images=len(data.validation), image_shape=list(data.train.sample(1)[0].shape[1:]),
        digest=data.digest,
    )  # fmt: skip
    tell(
        "backbone-loaded", name=pretrained.name, digest=pretrained.digest, parameters=pretrained.parameters,
        features=pretrained.features, provenance=pretrained.provenance,
    )  # fmt: skip
    checkpoint.bind(saved, pretrained.digest, data.digest)
    result = trained_and_audited(config, solution, pretrained, data, tell, checkpoint, saved)
    _save_trained(Path(config.folder) / "trained.safetensors", result, pretrained)
    tell("run-finished", seconds=time.monotonic() - started, train_seconds=result.train_seconds)


class Result(NamedTuple):
    """What became of a solution."""

    clauses: dict[str, audit.Audited]
    """The contract, by clause."""
    model: nn.Module
    """The network as the solution left it."""
    before: audit.Snapshot
    """The network as the solution got it."""
    train_seconds: float
    """Wall time of all epochs."""


def trained_and_audited(
    config: Config,
    solution: Solution,
    pretrained: Backbone,
    data: Data,
    tell: Tell,
    checkpoint: Checkpoint | None = None,
    saved: dict[str, Any] | None = None,
) -> Result:
    """Put one solution through the experiment; go on from `saved` if that is given. Raises RunError."""
    classes, device, model = len(data.classes), data.train.device, pretrained.model

    # 1. The solution swaps the head. What the network was before is kept, to compare with.
    backbone.resolve_pretrained_to(pretrained)
    before = audit.snapshot(model)
    seed_everything(config.seed)
    groups = prepared(solution, model, classes)
    with solution.blamed("the network cannot be brought to where it is trained", _LEAVE_WHOLE):
        model.to(device)
    optimizer = _adam(solution, groups, config.learning_rate, device)
    optimized = [each for group in optimizer.param_groups for each in group["params"]]

    # 2. One step is tried on a copy. Where that fails there is nothing to train, and the audit says why.
    trial = audit.tried(model, before.added(model), data.train.sample(_TRIED))
    train_seconds, accuracy = 0.0, None
    if trial.outputs is not None:
        tell("model-described", layers=measure.described(model, data.train.sample(1)[0]))
    if trial.can_train:
        # 3. The path: features once, if nothing but the head can change; else all of the network, every time.
        trained, seen, how = _path(config, solution, pretrained, data, model, before, optimized, tell, saved)
        # 4. Training, and what the network says then.
        with threads_for(trained):
            train_seconds = _train(config, solution, trained, seen, how, optimizer, tell, checkpoint, saved)
        with _blaming(solution):
            scores = measure.scores_of(trained, seen.validation, tell)
            accuracy = scores.accuracy
            measured = _accuracies(measure.scores_of(trained, seen.train, tell), scores, config.epochs)
        tell("evaluated", when="after", **measured)
        if trial.outputs == classes:
            tell("predicted", **measure.predicted(scores, data.classes))

    # 5. The contract, from what is there now.
    optimized = [each for group in optimizer.param_groups for each in group["params"]]
    evidence = audit.Evidence(model, before, trial, optimized, classes, accuracy, config.target)
    clauses = {clause: audit.CLAUSES[clause](evidence) for clause in config.clauses or audit.CLAUSES}
    for clause, found in clauses.items():
        tell("clause-audited", clause=clause, holds=found.holds, measured=found.measured, facts=found.facts)
    return Result(clauses, model, before, train_seconds)


def _adam(solution: Solution, groups: list[Group], learning_rate: float, device: torch.device) -> optim.Optimizer:
    """Return Adam over what the solution wants optimised; its own settings go before the run's."""
    remedy = "return each parameter once, and settings as torch.optim.Adam takes them"
    with solution.blamed("no optimizer can be built of what `prepare` returns", remedy):
        for group in groups:
            _step_once({"lr": learning_rate, **group.settings}, device)
        return optim.Adam([{**group.settings, "params": group.parameters} for group in groups], lr=learning_rate)


def _step_once(settings: dict[str, Any], device: torch.device) -> None:
    """Take a step with a group's settings on a number of its own: of groups, Adam checks neither names nor values."""
    number = nn.Parameter(torch.zeros(1, device=device))
    number.grad = torch.ones_like(number)
    optim.Adam([number], **settings).step()


def _path(
    config: Config,
    solution: Solution,
    pretrained: Backbone,
    data: Data,
    model: nn.Module,
    before: audit.Snapshot,
    optimized: list[torch.Tensor],
    tell: Tell,
    saved: dict[str, Any] | None,
) -> tuple[nn.Module, Data, Format]:
    """Return the module to train, what to train it on and how that was computed; tell which path that is, and why."""
    sample = data.train.sample(_PROBED)[0]
    if config.path == "whole-network":
        reason = "the whole network was asked for"
    elif solution.train_epoch is not None:
        reason = "the solution has a train_epoch of its own, which may do anything to the network"
    else:
        reason = features.why_not(model, before, optimized, sample)
    if reason:
        tell("path-chosen", path="whole-network", why=reason, dtype="float32", channels_last=False)
        return model, data, PLAIN
    cache, network = Path(config.cache) if config.cache else None, features.extractor(model)
    if saved is not None:
        # What is measured now, or is remembered by now, may be another.
        how = Format.named(*saved["format"])
    else:
        # Without a place to remember what was measured, the next run could compute otherwise.
        how = fastest_format(network, sample, cache, tell) if cache is not None else PLAIN
    tell(
        "path-chosen", path="cached-features", dtype=how.name, channels_last=how.channels_last,
        why="the backbone is frozen and evaluating, so what it makes of an image never changes",
    )  # fmt: skip
    head: nn.Module = getattr(model, HEAD)
    return head, features.cached(data, pretrained.transform, network, how, cache, tell), how


def _train(
    config: Config,
    solution: Solution,
    trained: nn.Module,
    data: Data,
    how: Format,
    optimizer: optim.Optimizer,
    tell: Tell,
    checkpoint: Checkpoint | None,
    saved: dict[str, Any] | None,
) -> float:
    """Train for all epochs that are not done yet; return the seconds of all of them."""
    if saved is not None:
        restore(saved, trained, optimizer)
        done = saved["done"]
    else:
        with _blaming(solution, "prepare"):
            train, validation = (measure.scores_of(trained, split, tell) for split in (data.train, data.validation))
            done = {"before": _accuracies(train, validation, 0), "epochs": []}
    # Told again when a run goes on, so that its record is whole whatever moment it was killed at.
    tell("evaluated", when="before", **done["before"])
    for finished in done["epochs"]:
        tell("epoch-finished", **finished)
    for epoch in range(len(done["epochs"]) + 1, config.epochs + 1):
        done["epochs"].append(_one_epoch(config, solution, trained, data, optimizer, epoch, tell))
        # Saved first: an epoch that was told is never trained again.
        if checkpoint is not None:
            checkpoint.save(done, how, trained, optimizer)
        tell("epoch-finished", **done["epochs"][-1])
    return float(sum(finished["seconds"] for finished in done["epochs"]))


def _one_epoch(
    config: Config, solution: Solution, trained: nn.Module, data: Data, optimizer: optim.Optimizer, epoch: int,
    tell: Tell,
) -> dict[str, Any]:  # fmt: skip
    """Train for one epoch, measure, and return the facts of its `epoch-finished` event."""
    began, device = time.monotonic(), data.train.device
    meter = measure.Meter(trained, epoch, len(data.train), tell)
    batches = meter.watch(data.train.batches(config.batch_size, order_of(config.seed, epoch, len(data.train))))
    try:
        if solution.train_epoch is None:
            train_epoch(trained, batches, optimizer, device)
        else:
            with guarded(solution.path):
                solution.train_epoch(trained, batches, optimizer, device)
    finally:
        meter.close()
    wait_for(device)
    training = time.monotonic() - began
    if not meter.seen:
        raise solution.error(
            "`train_epoch` never asked the network about a batch as it came, so its loss is not known",
            "call model(images) with all images of a batch, before anything else",
            "train_epoch",
        )
    with _blaming(solution):
        scores = measure.scores_of(trained, data.validation, tell)
        validation_loss = scores.loss(epoch)
    return {
        "epoch": epoch, "epochs": config.epochs, "train_loss": meter.loss, "train_accuracy": meter.accuracy,
        "validation_loss": validation_loss, "validation_accuracy": scores.accuracy,
        "seconds": time.monotonic() - began, "images_per_second": meter.trained / training,
    }  # fmt: skip


def _blaming(solution: Solution, function: str | None = None) -> AbstractContextManager[None]:
    """Measure what a function of the solution has left, its own epoch if it has one."""
    left = function or ("prepare" if solution.train_epoch is None else "train_epoch")
    return solution.blamed(f"the network that `{left}` leaves cannot be measured", _LEAVE_WHOLE, left)


def train_epoch(model: nn.Module, batches: Iterable[Batch], optimizer: optim.Optimizer, device: torch.device) -> None:
    """Train on every batch once.

    There is no `model.train()` here: every layer stays in the mode that the solution left it in.
    """
    for images, labels in batches:
        loss = F.cross_entropy(model(images.to(device)), labels.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def _accuracies(train: measure.Scores, validation: measure.Scores, epoch: int) -> dict[str, float]:
    """Return what an `evaluated` event says after so many epochs. Raises NotFiniteError."""
    return {
        "train_accuracy": train.accuracy, "validation_accuracy": validation.accuracy,
        "validation_loss": validation.loss(epoch),
    }  # fmt: skip


def _save_trained(file: Path, result: Result, pretrained: Backbone) -> None:
    """Save every tensor that is not the backbone's, bit for bit: the head, and whatever else has moved.

    Names are those of the network's state dict, so that it can be loaded over what `prepare` makes of the backbone.
    """
    before = result.before.parameters | result.before.buffers
    changed = {
        name: tensor.detach().cpu().contiguous().clone()
        for name, tensor in result.model.state_dict().items()
        if name not in before or not torch.equal(before[name], bits(tensor).cpu())
    }
    # One entry alone: of several, safetensors writes now this one first and now that.
    packed = safetensors.torch.save(changed, {"backbone": f"{pretrained.name} {pretrained.digest}"})
    with written_whole(file) as draft:
        draft.write_bytes(packed)

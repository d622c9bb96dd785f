"""Inspection functions over modules and tensors; each says what plain Python cannot say in one clear expression."""

import copy
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import nn

from quizkit.observe.bits import bits

_equal_bits = torch.equal


class Changes(NamedTuple):
    """What a step changed, by name, in model order."""

    parameters: list[str]
    """Names of parameters."""
    buffers: list[str]
    """Names of buffers, such as BatchNorm's running statistics."""


def trainable(model: nn.Module) -> list[str]:
    """Return the names of the parameters that require a gradient, in model order.

    >>> trainable(nn.Linear(2, 1, bias=False))
    ['weight']
    """
    return [name for name, parameter in model.named_parameters() if parameter.requires_grad]


def _changed(before: dict[str, torch.Tensor], now: dict[str, torch.Tensor]) -> list[str]:
    return [n for n in now if n not in before or not _equal_bits(before[n], bits(now[n]))]


def changes(model: nn.Module, step: Callable[[], object]) -> Changes:
    """Run `step()` and return the parameters and buffers of which any bit has changed.

    >>> norm = nn.BatchNorm1d(2)
    >>> changes(norm, lambda: norm(torch.ones(4, 2))).buffers
    ['running_mean', 'running_var', 'num_batches_tracked']
    """
    parameters = {name: bits(tensor) for name, tensor in model.named_parameters()}
    buffers = {name: bits(tensor) for name, tensor in model.named_buffers()}
    step()
    return Changes(
        _changed(parameters, dict(model.named_parameters())), _changed(buffers, dict(model.named_buffers()))
    )


def called(module: nn.Module, run: Callable[[], object]) -> int:
    """Run `run()` and return how many times `module` was called in it.

    >>> used, unused = nn.Linear(2, 2), nn.Linear(2, 2)
    >>> [called(layer, lambda: nn.Sequential(used, used)(torch.ones(1, 2))) for layer in (used, unused)]
    [2, 0]
    """
    count = 0

    def note(*_: Any) -> None:
        nonlocal count
        count += 1

    handle = module.register_forward_pre_hook(note)
    try:
        run()
    finally:
        handle.remove()
    return count


def raises(run: Callable[[], object], kind: type[BaseException], match: str | None = None) -> bool:
    """Say whether `run()` raises exactly `kind`, its message matching `match`; another exception passes through.

    >>> raises(lambda: nn.Linear(2, 1)(torch.ones(1, 3)), RuntimeError, "shapes cannot be multiplied")
    True
    """
    try:
        run()
    except BaseException as error:
        if type(error) is not kind:
            raise
        return match is None or re.search(match, str(error)) is not None
    return False


def equivalent(a: nn.Module, b: nn.Module, *inputs: torch.Tensor, atol: float = 1e-5) -> bool:
    """Say whether `b`, given the weights of `a` by position, has the same output on `inputs`, both evaluating.

    >>> equivalent(nn.Linear(3, 2), nn.Sequential(nn.Linear(3, 2)), torch.ones(1, 3))
    True
    """
    mine, theirs = list(a.state_dict().values()), b.state_dict()
    if [tensor.shape for tensor in mine] != [tensor.shape for tensor in theirs.values()]:
        return False
    first, second = copy.deepcopy(a).eval(), copy.deepcopy(b).eval()
    second.load_state_dict(dict(zip(theirs, mine, strict=True)))
    with torch.no_grad():
        x, y = first(*inputs), second(*inputs)
    return bool(x.shape == y.shape and torch.allclose(x, y, atol=atol))


def differs_in_train_mode(model: nn.Module, *inputs: torch.Tensor) -> bool:
    """Say whether training mode gives another output than evaluation mode; `model` itself is left untouched.

    >>> differs_in_train_mode(nn.Linear(2, 1), torch.ones(1, 2)), differs_in_train_mode(nn.Dropout(), torch.ones(9))
    (False, True)
    """
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        trained = copy.deepcopy(model).train()(*inputs)
        evaluated = copy.deepcopy(model).eval()(*inputs)
    return not torch.equal(trained, evaluated)


def shares_storage(a: torch.Tensor | nn.Module, b: torch.Tensor | nn.Module) -> bool:
    """Say whether any tensor of `a` lies in the same memory as one of `b`.

    >>> x = torch.zeros(4)
    >>> shares_storage(x, x.view(2, 2)), shares_storage(x, x.clone())
    (True, False)
    """
    return bool(_storages(a) & _storages(b))


def _storages(owner: torch.Tensor | nn.Module) -> set[int]:
    tensors = [owner] if isinstance(owner, torch.Tensor) else [*owner.parameters(), *owner.buffers()]
    return {tensor.untyped_storage().data_ptr() for tensor in tensors} - {0}

"""Seed the global generators, and tell whether any was drawn from since.

A program that seeds a generator itself is reported as having drawn: that costs more runs and never a wrong verdict.
"""

import random
from typing import Any, NamedTuple

import numpy as np
import torch

from quizkit.observe.hooks import unhooked

_torch_seed, _torch_state = torch.default_generator.manual_seed, torch.default_generator.get_state
_seed_everywhere = torch.manual_seed
_numpy_seed, _numpy_state = np.random.seed, np.random.get_state
_python_seed, _python_state = random.seed, random.getstate
_same = torch.equal


class Mark(NamedTuple):
    """The generators' states at one moment."""

    python: Any
    numpy: Any
    torch: torch.Tensor
    cuda: tuple[torch.Tensor, ...]


def _states() -> Mark:
    numpy = _numpy_state(legacy=False)
    keys = numpy["state"]["key"].tobytes()
    cuda = tuple(torch.cuda.get_rng_state_all()) if torch.cuda.is_initialized() else ()
    return Mark(
        _python_state(), (keys, numpy["state"]["pos"], numpy["has_gauss"], numpy["gauss"]), _torch_state(), cuda
    )


def seed_everything(seed: int, *, has_cuda: bool = False) -> Mark:
    """Seed random, numpy and torch with `seed`, 0 <= seed < 2**32, and return the mark to compare with."""
    _python_seed(seed)
    _numpy_seed(seed)
    if has_cuda:
        torch.cuda.init()
        _seed_everywhere(seed)
    else:
        # torch.manual_seed prepares to seed every device there could be, which takes longer than a small program.
        _torch_seed(seed)
    return _states()


def drawn_since(mark: Mark) -> bool:
    """Say whether a global generator has moved since `mark`; one that can no longer be read has."""
    try:
        with unhooked():
            now = _states()
            same = [_same(a, b) for a, b in zip((now.torch, *now.cuda), (mark.torch, *mark.cuda), strict=False)]
        return now.python != mark.python or now.numpy != mark.numpy or not all(same)
    except (RuntimeError, TypeError, ValueError, LookupError, AttributeError):
        return True

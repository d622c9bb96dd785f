"""Seed the three global generators, and tell whether any was drawn from since.

A program that seeds a generator itself is reported as having drawn: that costs more runs and never a wrong verdict.
"""

import random
from typing import Any, NamedTuple

import numpy as np
import torch

_torch_seed, _torch_state, _same = torch.manual_seed, torch.get_rng_state, torch.equal
_numpy_seed, _numpy_state = np.random.seed, np.random.get_state
_python_seed, _python_state = random.seed, random.getstate


class Mark(NamedTuple):
    """The generators' states at one moment."""

    python: Any
    numpy: Any
    torch: torch.Tensor


def _states() -> Mark:
    name, keys, *rest = _numpy_state()
    return Mark(_python_state(), (name, keys.tobytes(), *rest), _torch_state())


def seed_everything(seed: int) -> Mark:
    """Seed random, numpy and torch (CPU) with `seed`, 0 <= seed < 2**32, and return the mark to compare with."""
    _python_seed(seed)
    _numpy_seed(seed)
    _torch_seed(seed)
    return _states()


def drawn_since(mark: Mark) -> bool:
    """Say whether a global generator has moved since `mark`."""
    now = _states()
    return now.python != mark.python or now.numpy != mark.numpy or not _same(now.torch, mark.torch)

"""Seed the generators, and tell whether any was drawn from since.

A program that seeds a generator itself is reported as having drawn: that costs more runs and never a wrong verdict.
What asks the system for chance (`np.random.default_rng()`, `random.seed()`, `torch.seed()`, `secrets`, `uuid4`) would
get other numbers every time: here it follows the probe's seed as well, and has drawn. What asks it in a way that
nothing here can follow (`torch.Generator().seed()`) opens /dev/urandom, and the sandbox lets nobody do that.
"""

import os
import random
import sys
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import torch

from quizkit.observe.hooks import unhooked

_torch_seed, _torch_state = torch.default_generator.manual_seed, torch.default_generator.get_state
_seed_everywhere = torch.manual_seed
_numpy_seed, _numpy_state = np.random.seed, np.random.get_state
_python_seed, _python_state = random.seed, random.getstate
_seed_one = random.Random.seed
_global: Final[random.Random] = vars(random)["_inst"]
_same = torch.equal


class _Entropy:
    """Random bytes in the place of the system's."""

    def __init__(self) -> None:
        self.source = random.Random(0)  # noqa: S311 (evidence is to be the same again)
        self.asked = 0
        """How often some were wanted."""

    def urandom(self, size: int, /) -> bytes:
        """Return `size` random bytes, as `os.urandom` does."""
        self.asked += 1
        return self.source.randbytes(size)

    def getrandom(self, size: int, *_: int, **__: int) -> bytes:
        """Return `size` random bytes, as `os.getrandom` does."""
        return self.urandom(size)


_entropy = _Entropy()


def _seed(generator: random.Random, a: Any = None, version: int = 2) -> None:
    _seed_one(generator, _entropy.urandom(16) if a is None else a, version)


def _seed_torch() -> int:
    seed = int.from_bytes(_entropy.urandom(8), "big")
    _seed_everywhere(seed)
    return seed


def _take_the_place_of_the_system(seed: int) -> None:
    _seed_one(_entropy.source, seed)
    # `secrets`, `uuid` and numpy ask these for bytes. A program may have put something else there: only ours counts.
    os.urandom = vars(random)["_urandom"] = _entropy.urandom
    if sys.platform == "linux":
        os.getrandom = _entropy.getrandom
    random.Random.seed = _seed  # type: ignore[assignment]
    random.seed = partial(_seed, _global)
    torch.seed = torch.random.seed = _seed_torch


class Mark(NamedTuple):
    """The generators' states at one moment."""

    asked: int
    python: Any
    numpy: Any
    torch: torch.Tensor
    cuda: tuple[torch.Tensor, ...]


def _states() -> Mark:
    numpy = _numpy_state(legacy=False)
    keys = numpy["state"]["key"].tobytes()
    cuda = tuple(torch.cuda.get_rng_state_all()) if torch.cuda.is_initialized() else ()
    return Mark(
        _entropy.asked,
        _python_state(),
        (keys, numpy["state"]["pos"], numpy["has_gauss"], numpy["gauss"]),
        _torch_state(),
        cuda,
    )


def seed_everything(seed: int, *, has_cuda: bool = False) -> Mark:
    """Seed random, numpy and torch with `seed`, 0 <= seed < 2**32, and return the mark to compare with."""
    _take_the_place_of_the_system(seed)
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
    """Say whether a global generator has moved since `mark`, or another was made without a seed.

    One that can no longer be read has moved.
    """
    try:
        with unhooked():
            now = _states()
            same = [_same(a, b) for a, b in zip((now.torch, *now.cuda), (mark.torch, *mark.cuda), strict=False)]
        return now.asked != mark.asked or now.python != mark.python or now.numpy != mark.numpy or not all(same)
    except (RuntimeError, TypeError, ValueError, LookupError, AttributeError):
        return True

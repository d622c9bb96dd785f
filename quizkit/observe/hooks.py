"""Modes of torch that a program may leave on: each sees, and may answer, every operation on a tensor.

Invariant: within `unhooked` none of them is asked, so what is read of a tensor is what torch itself holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch

# Taken before a program runs; torch's own modules use the same two guards.
_functions: Final[Any] = torch._C.DisableTorchFunction
_dispatch: Final[Any] = torch._C._DisableTorchDispatch


@contextmanager
def unhooked() -> Iterator[None]:
    """Read tensors as torch holds them, whatever modes are on."""
    with _functions(), _dispatch():
        yield

"""What a run needs to go on after it was killed: written after each epoch, there whole or not at all.

It holds all that was measured as well, so that whoever goes on tells the whole run. It stays when the run is over,
until the parent has kept that.

Invariant: a run that goes on from a checkpoint gives the same numbers as one that was never stopped. A checkpoint of
another configuration, another solution, or another version of torch is passed over; one made with other images or
weights is refused.
"""

import hashlib
import io
import pickle
import random
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn, optim

from quizkit.lab.atomic import written_whole
from quizkit.lab.child.config import Config
from quizkit.lab.child.failure import RunError
from quizkit.lab.child.format import Format

_VERSION: Final = 4
_FREE: Final = frozenset({"folder", "cache", "solution", "offline_weights"})
"""Places, which may change; what is in them is in the key or told by digests."""


class Checkpoint:
    """The checkpoint of one run."""

    def __init__(self, config: Config, source: str) -> None:
        self._file = Path(config.folder) / "checkpoint.pt"
        facts = {name: value for name, value in asdict(config).items() if name not in _FREE}
        self._key = hashlib.sha256(repr((_VERSION, facts, source, str(torch.__version__))).encode()).hexdigest()
        self._digests: list[str] = []

    def read(self) -> dict[str, Any] | None:
        """Return what was saved last, or None if that is of no use to this run."""
        with suppress(OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError):
            saved: dict[str, Any] = torch.load(self._file, map_location="cpu", weights_only=True)
            return saved if saved.get("key") == self._key else None
        return None

    def bind(self, saved: dict[str, Any] | None, *digests: str) -> None:
        """Take note of what is trained on, by digests. Raises RunError if `saved` was made with anything else."""
        self._digests = list(digests)
        if saved is not None and saved["digests"] != self._digests:
            what = "the images or the weights are not those that this run was begun with"
            raise RunError("data", what, "give the same command again: it begins a new run")

    def save(self, done: dict[str, Any], how: Format, trained: nn.Module, optimizer: optim.Optimizer) -> None:
        """Save what was measured till now, and all that the next epoch depends on. Raises OSError."""
        packed = io.BytesIO()
        state = {
            "key": self._key, "digests": self._digests, "done": done, "format": (how.name, how.channels_last),
            "trained": trained.state_dict(), "optimizer": optimizer.state_dict(), "random": random_state(),
        }  # fmt: skip
        torch.save(state, packed)
        # Through Python's own file: torch tells a full disk as a RuntimeError without a reason.
        with written_whole(self._file) as draft:
            draft.write_bytes(packed.getbuffer())


def restore(saved: dict[str, Any], trained: nn.Module, optimizer: optim.Optimizer) -> None:
    """Put back everything but what was measured."""
    trained.load_state_dict(saved["trained"])
    optimizer.load_state_dict(saved["optimizer"])
    set_random_state(saved["random"])


def seed_everything(seed: int) -> None:
    """Seed random, numpy and torch on every device, 0 <= seed < 2**32."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def random_state() -> dict[str, Any]:
    """Return the state of every generator, in types that can be loaded without executing anything."""
    name, keys, position, has_gauss, gauss = np.random.get_state(legacy=True)
    return {
        "python": random.getstate(),
        "numpy": (
            name,
            torch.from_numpy(np.asarray(keys, dtype=np.int64)),
            int(position),
            int(has_gauss),
            float(gauss),
        ),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else [],
    }


def set_random_state(state: dict[str, Any]) -> None:
    """Put every generator back."""
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    name, keys, *others = state["numpy"]
    np.random.set_state((name, keys.numpy().astype(np.uint32), *others))
    torch.set_rng_state(state["torch"])
    if state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])

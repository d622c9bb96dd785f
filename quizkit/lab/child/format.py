"""How this machine computes a frozen backbone fastest.

Invariant: a number format or layout other than plain float32 is used only where it was measured on this machine to be
clearly faster and to give the same features. What was measured is kept, so that the same command computes the same.
"""

import copy
import hashlib
import json
import time
from pathlib import Path
from typing import Final, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812  its usual name
from torch import nn

from quizkit.lab.atomic import written_whole
from quizkit.lab.child.device import device_name, wait_for
from quizkit.lab.child.events import Progress, Tell

_ROUNDS: Final = 5
"""Formats are timed in turns, and the fastest of so many counts: other work only ever slows one down."""
_FEW: Final = 2
"""Images that tell whether a format is worth timing."""
_GAIN: Final = {torch.float32: 1.15, torch.bfloat16: 1.3}
"""How many times faster a format must be; a gain within the noise of a busy machine is none."""
_COSINE: Final = 0.999
"""Least cosine between an image's features and those in plain float32. A format of 8 bits of mantissa gets 0.9999."""


class Format(NamedTuple):
    """How a network computes."""

    dtype: torch.dtype = torch.float32
    channels_last: bool = False

    @classmethod
    def named(cls, name: str, channels_last: bool) -> "Format":
        """Return the format that was written down so. Raises StopIteration if it is none of those that are tried."""
        return next(each for each in (PLAIN, *_OTHERS) if (each.name, each.channels_last) == (name, channels_last))

    @property
    def name(self) -> str:
        """The number format, as torch names it after the dot."""
        return str(self.dtype).removeprefix("torch.")

    def applied_to(self, model: nn.Module) -> nn.Module:
        """Return a copy of `model` in this format, frozen and evaluating."""
        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        double = copy.deepcopy(model).eval().requires_grad_(False).to(self.dtype)
        # torch's own type stubs do not know this overload.
        laid_out: nn.Module = double.to(memory_format=layout)  # type: ignore[call-overload]
        return laid_out

    def of(self, images: torch.Tensor) -> torch.Tensor:
        """Return images in this format."""
        layout = torch.channels_last if self.channels_last else torch.contiguous_format
        return images.to(dtype=self.dtype, memory_format=layout)


PLAIN: Final = Format()
_OTHERS: Final = (Format(channels_last=True), Format(torch.bfloat16, channels_last=True))


def fastest_format(model: nn.Module, images: torch.Tensor, cache: Path, tell: Tell) -> Format:
    """Return how this machine computes `model` fastest, measured on `images` or remembered in `cache`."""
    facts = (device_name(images.device), str(torch.__version__), torch.backends.cpu.get_cpu_capability(),
             type(model).__name__, sum(p.numel() for p in model.parameters()), list(images.shape))  # fmt: skip
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    file = cache / f"format-{key}.json"
    if (known := _remembered(file)) is not None:
        return known
    chosen = _measured(model, images, tell)
    text = json.dumps({"dtype": chosen.name, "channels_last": chosen.channels_last, "measured_for": facts})
    with written_whole(file) as draft:
        draft.write_text(text, encoding="utf-8")
    return chosen


def _remembered(file: Path) -> Format | None:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        return Format.named(known["dtype"], known["channels_last"])
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return None


@torch.inference_mode()
def _measured(model: nn.Module, images: torch.Tensor, tell: Tell) -> Format:
    """Return the fastest format that agrees with the plain one, telling progress after every pass."""
    progress = Progress(tell, "format", None)

    def seconds_of(network: nn.Module, batch: torch.Tensor) -> float:
        start = time.perf_counter()
        network(batch)
        wait_for(batch.device)
        taken = time.perf_counter() - start
        if progress.advance(len(batch)):
            progress.report()
        return taken

    ready = {each: (each.applied_to(model), each.of(images)) for each in (PLAIN, *_OTHERS)}
    # A processor without instructions for a format takes many times as long, which few images show; the first pass
    # prepares.
    first = {
        each: min(seconds_of(network, batch[:_FEW]) for _ in range(2)) for each, (network, batch) in ready.items()
    }
    rivals = [each for each in ready if first[each] <= 4 * first[PLAIN]]
    rounds = [{each: seconds_of(*ready[each]) for each in rivals} for _ in range(_ROUNDS)]
    fastest = {each: min(seconds[each] for seconds in rounds) for each in rivals}
    network, batch = ready[PLAIN]
    wanted, best = network(batch), PLAIN
    for each in rivals[1:]:
        network, batch = ready[each]
        if fastest[each] * _GAIN[each.dtype] < fastest[best] and _agrees(network(batch), wanted):
            best = each
    return best


def _agrees(got: torch.Tensor, wanted: torch.Tensor) -> bool:
    return bool((F.cosine_similarity(got.float(), wanted.float(), dim=1) > _COSINE).all())

"""The device a run uses, and how this machine computes a frozen backbone fastest.

Invariant: a number format or layout other than plain float32 is used only where it was measured on this machine to be
clearly faster and to give the same features. What was measured is kept, so that the same command computes the same.
"""

import copy
import hashlib
import json
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812  its usual name
from torch import nn

from quizkit.lab.atomic import written_whole
from quizkit.lab.child.failure import RunError, told

_ROUNDS: Final = 5
"""Formats are timed in turns, and the fastest of so many counts: other work only ever slows one down."""
_SMALL: Final = 100_000
"""Parameters: the head of a ResNet-152 for ten classes has 20,490."""
_GAIN: Final = {torch.float32: 1.15, torch.bfloat16: 1.3}
"""How many times faster a format must be; a gain within the noise of a busy machine is none."""
_COSINE: Final = 0.999
"""Least cosine between an image's features and those in plain float32. A format of 8 bits of mantissa gets 0.9999."""


class Format(NamedTuple):
    """How a network computes."""

    dtype: torch.dtype = torch.float32
    channels_last: bool = False

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


def choose_device(asked: str) -> torch.device:
    """Return the device that was asked for, `auto` being the accelerator if there is one. Raises RunError."""
    if asked == "auto":
        return _accelerator() or torch.device("cpu")
    try:
        device = torch.device(asked)
        torch.empty(1, device=device).add_(1)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        found = _accelerator()
        there = f"{found} or cpu" if found is not None else "cpu"
        reason = told(error)[:200]
        what = f"the device {asked} cannot be used with torch {torch.__version__} here: {reason}"
        raise RunError("device", what, f"say --device {there}, or leave it out") from error
    return device


def _accelerator() -> torch.device | None:
    if hasattr(torch, "accelerator"):
        return (
            torch.accelerator.current_accelerator(check_available=True) if torch.accelerator.is_available() else None
        )
    # torch before 2.6
    return torch.device("cuda") if torch.cuda.is_available() else None


def device_name(device: torch.device) -> str:
    """Return what the device is, for people."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    if device.type != "cpu":
        return device.type
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {torch.get_num_threads()} threads"


def wait_for(device: torch.device) -> None:
    """Wait until the device has done all that it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


@contextmanager
def threads_for(trained: nn.Module) -> Iterator[None]:
    """Train what is small on one thread: its steps are shorter than the time threads take to wait for each other."""
    usual = torch.get_num_threads()
    if sum(parameter.numel() for parameter in trained.parameters()) < _SMALL:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


def fastest_format(model: nn.Module, images: torch.Tensor, cache: Path) -> Format:
    """Return how this machine computes `model` fastest, measured on `images` or remembered in `cache`."""
    facts = (device_name(images.device), str(torch.__version__), torch.backends.cpu.get_cpu_capability(),
             type(model).__name__, sum(p.numel() for p in model.parameters()), list(images.shape))  # fmt: skip
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    file = cache / f"format-{key}.json"
    if (known := _remembered(file)) is not None:
        return known
    chosen = _measured(model, images)
    text = json.dumps({"dtype": chosen.name, "channels_last": chosen.channels_last, "measured_for": facts})
    with written_whole(file) as draft:
        draft.write_text(text, encoding="utf-8")
    return chosen


def _remembered(file: Path) -> Format | None:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        written = (known["dtype"], known["channels_last"])
        return next(each for each in (PLAIN, *_OTHERS) if (each.name, each.channels_last) == written)
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return None


@torch.inference_mode()
def _measured(model: nn.Module, images: torch.Tensor) -> Format:
    """Return the fastest format that agrees with the plain one."""
    ready = {each: (each.applied_to(model), each.of(images)) for each in (PLAIN, *_OTHERS)}
    # The first pass also prepares. A format that takes many times as long then is out.
    first = {each: _seconds(*ready[each]) for each in ready}
    rivals = [each for each in ready if first[each] <= 4 * first[PLAIN]]
    rounds = [{each: _seconds(*ready[each]) for each in rivals} for _ in range(_ROUNDS)]
    fastest = {each: min(seconds[each] for seconds in rounds) for each in rivals}
    network, batch = ready[PLAIN]
    wanted, best = network(batch), PLAIN
    for each in rivals[1:]:
        network, batch = ready[each]
        if fastest[each] * _GAIN[each.dtype] < fastest[best] and _agrees(network(batch), wanted):
            best = each
    return best


def _seconds(network: nn.Module, batch: torch.Tensor) -> float:
    start = time.perf_counter()
    network(batch)
    wait_for(batch.device)
    return time.perf_counter() - start


def _agrees(got: torch.Tensor, wanted: torch.Tensor) -> bool:
    return bool((F.cosine_similarity(got.float(), wanted.float(), dim=1) > _COSINE).all())

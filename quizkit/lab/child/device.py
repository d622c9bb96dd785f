"""The device a run uses: which it is, what it is called, how one waits for it, on how many threads it trains."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import torch
from torch import nn

from quizkit.lab.child.failure import RunError

_SMALL: Final = 100_000
"""Parameters: the head of a ResNet-152 for ten classes has 20,490."""


def choose_device(asked: str) -> torch.device:
    """Return the device that was asked for, `auto` being the accelerator if there is one. Raises RunError."""
    if asked == "auto":
        return _accelerator() or torch.device("cpu")
    try:
        device = torch.device(asked)
        torch.zeros(1, device=device).add_(1).item()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        there = ", ".join(_devices())
        what = f"torch {torch.__version__} cannot compute on a device {asked!r} here; what it has is {there}"
        raise RunError("device", what, "name one of these, or leave --device out") from error
    return device


def _devices() -> list[str]:
    """Return what torch has here, the processor first."""
    found = _accelerator()
    if found is None:
        return ["cpu"]
    count = torch.accelerator.device_count() if hasattr(torch, "accelerator") else torch.cuda.device_count()
    return ["cpu", *(f"{found.type}:{number}" for number in range(count))]


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

"""The bars of the experiment: the whole command, and the fast path beside the loop as published.

training: five epochs of a new head on the shipped backbone, as published (the whole network, in training mode, every
epoch) over features computed once. In float32 the lead is about the number of epochs; what the shipped one adds is
the format that a measured probe of the machine chose. It has a bar on a CPU where that is bfloat16, and another on a
GPU; a bar that this machine cannot show is printed as not measured, and the lead on a CPU that keeps to float32 is
held to none. The losses of both paths are compared in the same run.

experiment: `quizkit run` of the shipped experiment, offline, with nothing cached, from the command to its end.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.figures import Figure, Result, Series
from benchmarks.machine import ROOT

Say = Callable[[str], None]

_PATTERN: Final = "replacing-classifier-head"
_CPU, _BF16_CPU, _GPU = "fp32 CPU", "bf16 CPU", "GPU"
_LEADS: Final = {_BF16_CPU: (12, "the probe chooses no bf16 here"), _GPU: (50, "no GPU")}
"""How many times faster than the loop as published the shipped path has to be, and what is missing elsewhere."""


def training(rounds: int, say: Say) -> Result:
    """Measure both paths in turns, each round in a process of its own."""
    told = []
    for number in range(1, rounds + 1):
        told.append(_round())
        say(f"round {number} of {rounds}: {told[-1]['seconds']}")
    names = list(told[0]["seconds"])
    by_name = {name: [each["seconds"][name] for each in told] for name in names}
    published, plain, shipped, _ = by_name.values()
    epochs, device, dtype = told[0]["epochs"], told[0]["device"], told[0]["dtype"]
    return Result(
        bar="training",
        about=f"{epochs} epochs of a head as published, over features computed once; {device}, shipped in {dtype}",
        figures=(
            Figure.of("fp32, lead over epochs", _ratio(published, plain) / epochs, "x", at_least=0.9),
            *leads(device, dtype, _ratio(published, shipped)),
            Figure.of(
                "fp32, difference in loss, 1e-5", max(each["difference"] for each in told) / 1e-5, "x", at_most=1
            ),
        ),
        series=tuple(Series.of(name, "s", samples) for name, samples in by_name.items()),
    )


def leads(device: str, dtype: str, lead: float) -> Iterator[Figure]:
    """Yield the lead that was measured, and the bars that cannot be measured on such a machine."""
    measured = _GPU if device != "cpu" else _BF16_CPU if dtype == "bfloat16" else _CPU
    if measured not in _LEADS:
        yield Figure.of(f"as shipped, lead, {measured}", lead, "x")
    for kind, (bar, missing) in _LEADS.items():
        name = f"as shipped, lead, {kind}"
        if kind == measured:
            yield Figure.of(name, lead, "x", at_least=bar)
        else:
            yield Figure.not_measured(name, missing, "x", at_least=bar)


def _round() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training_child"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"the training process failed:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _ratio(over: list[float], under: list[float]) -> float:
    return median(a / b for a, b in zip(over, under, strict=True))


def experiment(rounds: int, say: Say) -> Result:
    """Measure the whole command."""
    samples = []
    for number in range(1, rounds + 1):
        with TemporaryDirectory(prefix="quizkit-bench-") as home:
            places = dict.fromkeys(("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), home)
            start = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "quizkit", "run", _PATTERN, "--profile", "offline", "--device", "cpu"],
                cwd=ROOT, env={**os.environ, **places}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            samples.append(time.perf_counter() - start)
        if done.returncode != 0:
            raise SystemExit(f"the run did not keep its contract:\n{done.stdout}{done.stderr}")
        say(f"round {number} of {rounds}: {samples[-1]:.1f} s")
    series = Series.of("quizkit run", "s", samples)
    return Result(
        bar="experiment",
        about="quizkit run, offline, nothing cached, the whole command",
        figures=(Figure.of("seconds", series.median, "s", at_most=20),),
        series=(series,),
    )

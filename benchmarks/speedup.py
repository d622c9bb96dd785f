"""The speed-up bar: what a second job is worth where a second core is there.

The programs compute and do nothing else, each on one thread, and both sandboxes are up before anything is measured:
what keeps two jobs from being twice as fast is then what parent and zygote do one after the other.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Final

from benchmarks.figures import Figure, Result, Series
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import start_pool

_PROBES: Final = 16
_SOURCE: Final = "x = torch.ones(256, 256)\nfor _ in range(600): x = (x @ x).clamp(0, 1)"
_BUSY: Final = Probe(prelude="import torch", parts=(Part(phase="given", source=_SOURCE),))
"""Between half a second and a second of one core."""


def speedup(rounds: int, say: Callable[[str], None]) -> Result:
    """Measure the same programs with one job and with two, in turns."""
    alone, together = [], []
    with start_pool(1) as one, start_pool(2) as two:
        for pool in (one, two):
            _seconds(pool, 1)
        for number in range(1, rounds + 1):
            alone.append(_seconds(one, _PROBES))
            together.append(_seconds(two, _PROBES))
            say(f"round {number} of {rounds}: {alone[-1]:.3f} s with 1 job, {together[-1]:.3f} s with 2")
    gain = median(a / b for a, b in zip(alone, together, strict=True))
    return Result(
        bar="speedup",
        about=f"{_PROBES} programs that compute on one thread, 1 job over 2",
        figures=(Figure.of("1 job / 2 jobs", gain, "x", at_least=1.7),),
        series=(Series.of("1 job", "s", alone), Series.of("2 jobs", "s", together)),
    )


def _seconds(pool: Pool, count: int) -> float:
    """Run the program so many times. Raises SystemExit if one of them does not return."""
    start = time.perf_counter()
    for _ in range(count):
        pool.submit(_BUSY)
    if any(evidence.outcome.value != "returned" for _, evidence in pool.results()):
        raise SystemExit("a program that computes did not return")
    return time.perf_counter() - start

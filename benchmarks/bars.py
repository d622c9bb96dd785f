"""The bars, and how each is read.

cold: `verify` of the 19 frozen programs, from an empty evidence cache, under one seed, beside Sybil, which runs them
in one unconfined process. Both start cold (a process that has imported nothing; files are in the page cache for
everybody) and both say of each program whether it ends or raises as it should. verify runs a program that occurs
twice (02 is 12) once; that is how it ships, and it is left so.
 (i) stub off, 1 job, beside Sybil in one process; (ii) stub off, 2 jobs, beside Sybil in 2 pytest workers: the
programs as they were frozen. They build their models without weights, so no stub has anything to stand in for, and
every model is really initialised, as it is for Sybil.
 (iii) as shipped, which the bar is held to: `quizkit verify` without options for speed, which is a job a core, beside
Sybil as it comes, in one process; and the programs ask for weights="DEFAULT", as content does, so that stub weights
skip the initialisation that they overwrite. Were they not to, "stub off" would tell nothing apart. Sybil has no stubs
and would download, so it runs the programs as they were frozen. What is left of the lead without the stubs is
printed right below: the same command, the programs as they were frozen.

fresh: the same 19, as shipped, against a fresh `python` for each program, 2 at a time; without the stubs beside it.

warm: `verify` of the shipped content, when nothing has changed since the last time; and torch stays unimported. The
bar is in seconds: how fast the machine is at that moment is told by what importing its libraries alone takes.

isolation: what a process of its own costs: from submitting a probe whose program is `pass` until its evidence is
there, less the time of compiling and executing `pass` in process, in turns.

paint, keys: how soon the app is drawn and answers a key; benchmarks/tui.py says how they are read.

speedup: 16 programs that compute on one thread, with one job and with two, in turns.

memory: 2,000 probes in a row leave zygote and parent as large as they were; PSS of an idle child and of the zygote.

endurance: 10,000 items, 500 a round, are verified in the memory that holding them takes, and verdicts keep coming.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.contestants import Verify, fresh_pythons, sybil, verify_cold, write_bank, write_documents
from benchmarks.endurance import endurance
from benchmarks.figures import Figure, Result, Series
from benchmarks.frozen import Program, programs
from benchmarks.memory import memory
from benchmarks.speedup import speedup
from benchmarks.training import experiment, training
from benchmarks.tui import keys, paint
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.start import start_pool

_ISOLATED = 200
_NEVER_IMPORTED = frozenset({"torch", "torchvision", "numpy"})
_PASS = Probe(parts=(Part(phase="given", source="pass"),))

Say = Callable[[str], None]
"""Tells a person what is being measured now."""


def interleaved(contestants: Mapping[str, Callable[[], float]], rounds: int, say: Say) -> dict[str, list[float]]:
    """Measure everybody in turns, round after round, and return the samples by name."""
    samples: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, measure in contestants.items():
            samples[name].append(measure())
            say(f"round {number} of {rounds}: {name}: {samples[name][-1]:.3f} s")
    return samples


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios within each round: a machine that slows down for a while slows both."""
    return median(a / b for a, b in zip(over, under, strict=True))


@contextmanager
def _banks(frozen: Sequence[Program]) -> Iterator[tuple[Path, Path, Path]]:
    """Write the programs as a bank, as a bank asking for weights, and as Sybil's documents."""
    with TemporaryDirectory(prefix="quizkit-bench-") as name:
        folder = Path(name)
        bank = write_bank(folder / "bank", ((each, each.source) for each in frozen))
        asking = write_bank(folder / "asking", ((each, each.asking_for_weights()) for each in frozen))
        yield bank, asking, write_documents(folder / "documents", frozen)


def cold(rounds: int, say: Say) -> Result:
    """Measure `verify`, cold, beside Sybil."""
    frozen = programs()
    with _banks(frozen) as (bank, asking, documents):
        # Those that are compared are neighbours.
        contestants: dict[str, Callable[[], float]] = {
            "verify, stub off, 1 job": lambda: verify_cold(bank, "-j1"),
            "verify, stub off": lambda: verify_cold(bank),
            "Sybil, in process": lambda: sybil(documents, len(frozen), 1),
            "verify, as shipped": lambda: verify_cold(asking),
            "Sybil, 2 workers": lambda: sybil(documents, len(frozen), 2),
            "verify, stub off, 2 jobs": lambda: verify_cold(bank, "-j2"),
        }
        samples = interleaved(contestants, rounds, say)
    one, off, alone, shipped, two_workers, two = samples.values()
    return Result(
        bar="cold",
        about="verify, cold, of the 19 frozen programs, beside Sybil in process and unconfined",
        figures=(
            Figure.of("(iii) as shipped / Sybil", ratio(shipped, alone), "x", at_most=0.7),
            Figure.of("the same, stub off / Sybil", ratio(off, alone), "x"),
            Figure.of("(i) stub off, 1 job / Sybil", ratio(one, alone), "x"),
            Figure.of("(ii) stub off, 2 jobs / Sybil, 2 workers", ratio(two, two_workers), "x"),
        ),
        series=_in_seconds(samples),
    )


def fresh(rounds: int, say: Say) -> Result:
    """Measure a fresh Python for each program beside `verify`, cold."""
    frozen = programs()
    with _banks(frozen) as (bank, asking, _):
        contestants: dict[str, Callable[[], float]] = {
            "verify, stub off": lambda: verify_cold(bank),
            "a fresh python each, 2 at a time": lambda: fresh_pythons(frozen, 2),
            "verify, as shipped": lambda: verify_cold(asking),
        }
        samples = interleaved(contestants, rounds, say)
    off, pythons, shipped = samples.values()
    return Result(
        bar="fresh",
        about="a fresh python for each of the 19, 2 at a time, over verify, cold",
        figures=(
            Figure.of("fresh / as shipped", ratio(pythons, shipped), "x", at_least=8),
            Figure.of("fresh / the same, stub off", ratio(pythons, off), "x"),
        ),
        series=_in_seconds(samples),
    )


def _in_seconds(samples: Mapping[str, Sequence[float]]) -> tuple[Series, ...]:
    return tuple(Series.of(name, "s", each) for name, each in samples.items())


def warm(rounds: int, say: Say) -> Result:
    """Measure `verify` of the shipped content when nothing has changed. Raises SystemExit if it imports torch."""
    with Verify() as verify:
        say(f"from an empty cache: {verify.seconds(is_warm=False):.3f} s")
        if wrong := _NEVER_IMPORTED & verify.imported():
            raise SystemExit(f"verify imports {', '.join(sorted(wrong))} although nothing has changed")
        contestants = {"verify, nothing changed": lambda: verify.seconds(is_warm=True), "its libraries": _libraries}
        samples = interleaved(contestants, rounds, say)
    series = _in_seconds(samples)
    return Result(
        bar="warm",
        about="verify of the shipped content, nothing changed; torch, torchvision and numpy not imported",
        figures=(
            Figure.of("seconds", series[0].median, "s", at_most=0.5),
            Figure.of("verify / its libraries", ratio(*samples.values()), "x"),
        ),
        series=series,
    )


def _libraries() -> float:
    """Return the seconds that a Python takes to import what verify is made with, and nothing else."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import click, pydantic, sqlite3, yaml"], check=True)
    return time.perf_counter() - start


def isolation(rounds: int, say: Say) -> Result:
    """Measure the round trip of `pass` through the pool; rounds of 200."""
    with start_pool(1) as pool:

        def through_the_pool() -> float:
            start = time.perf_counter()
            pool.submit(_PASS)
            ((_, evidence),) = pool.results()
            seconds = time.perf_counter() - start
            if not evidence.is_decided:
                raise SystemExit(f"`pass` ended in {evidence.outcome}: {evidence.reason}")
            return seconds

        say(f"the first, which starts the sandbox: {through_the_pool():.3f} s")
        pooled, own = [], []
        for _ in range(_ISOLATED * rounds):
            own.append(1000 * _in_process())
            pooled.append(1000 * through_the_pool())
    costs = sorted(through - inside for through, inside in zip(pooled, own, strict=True))
    say(f"{len(costs)} round trips")
    return Result(
        bar="isolation",
        about="round trip of `pass` through the pool, less `pass` in process",
        figures=(
            Figure.of("p50", median(costs), "ms", at_most=25),
            Figure.of("p95", quantiles(costs, n=20)[-1], "ms"),
        ),
        series=(Series.of("through the pool", "ms", pooled), Series.of("in process", "ms", own)),
    )


def _in_process() -> float:
    start = time.perf_counter()
    exec(compile("pass", "<given>", "exec", dont_inherit=True), {})
    return time.perf_counter() - start


Measured = Callable[[int, Say], Result]
BARS: Mapping[str, tuple[Measured, int]] = {
    "cold": (cold, 3),
    "fresh": (fresh, 2),
    "warm": (warm, 11),
    "isolation": (isolation, 1),
    "speedup": (speedup, 3),
    "memory": (memory, 1),
    "endurance": (endurance, 20),
    "paint": (paint, 11),
    "keys": (keys, 1),
    "experiment": (experiment, 3),
    "training": (training, 5),
}
"""Every bar, with the rounds that it takes unless asked otherwise."""

LONG: Final = frozenset({"endurance"})
"""Bars that take longer than all the others together: measured only when named."""


def measure(name: str, rounds: int | None, say: Say) -> Result:
    """Measure one of `BARS`."""
    measured, usual = BARS[name]
    return measured(rounds or usual, partial(_prefixed, say, name))


def _prefixed(say: Say, name: str, text: str) -> None:
    say(f"{name}: {text}")

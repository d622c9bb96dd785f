"""The memory bar: what many probes leave behind, and what an idle child and the zygote weigh.

Weight is PSS: private memory, and of what is shared an equal share. A child shares nearly all with the zygote, so
what it weighs is what it adds to the PSS of both together. Growth is that of anonymous memory, which, unlike PSS,
does not change when some other program on this machine maps torch's libraries too.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, Result, Series
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import start_pool

_PROBES: Final = 2000
_WATCHED_EVERY: Final = 100
_SETTLED_AFTER: Final = 200
"""Probes until every allocator has what it keeps."""
_FLAT_MIB: Final = 2.0
"""Growth that is no leak: over 1,800 probes about a byte in a thousand."""
_PASS: Final = Probe(parts=(Part(phase="given", source="pass"),))
_IDLE: Final = Probe(parts=(Part(phase="given", source="import time\ntime.sleep(2)"),))


def memory(rounds: int, say: Callable[[str], None]) -> Result:
    """Measure rounds of 2,000 probes, then an idle child. Raises SystemExit if a process or file is left over."""
    with start_pool(1) as pool:
        _run(pool, 1)
        zygote = max(_below(os.getpid()), key=_pss)
        zygote_pss = _pss(zygote)
        child_pss = _idle_child(pool, zygote) - zygote_pss
        say(f"PSS of the zygote {zygote_pss:.1f} MiB, of an idle child {child_pss:.1f} MiB")
        _run(pool, _SETTLED_AFTER)
        before = _left()
        parent_sizes, zygote_sizes = [anonymous(os.getpid())], [anonymous(zygote)]
        for _ in range(rounds * (_PROBES - _SETTLED_AFTER) // _WATCHED_EVERY):
            _run(pool, _WATCHED_EVERY)
            parent_sizes.append(anonymous(os.getpid()))
            zygote_sizes.append(anonymous(zygote))
        if (after := _left()) != before:
            raise SystemExit(f"something is left over: {before} before, {after} after")
    growth = max(sizes[-1] - sizes[0] for sizes in (parent_sizes, zygote_sizes))
    return Result(
        bar="memory",
        about="2,000 probes in a row: growth of anonymous memory; PSS",
        figures=(
            Figure.of("growth of parent or zygote, the larger", growth, "MiB", at_most=_FLAT_MIB),
            Figure.of("idle child", child_pss, "MiB", at_most=20),
            Figure.of("zygote, no child running", zygote_pss, "MiB", at_most=350),
        ),
        series=(Series.of("parent", "MiB", parent_sizes), Series.of("zygote", "MiB", zygote_sizes)),
    )


def _run(pool: Pool, count: int) -> None:
    for _ in range(count):
        pool.submit(_PASS)
    if not all(evidence.is_decided for _, evidence in pool.results()):
        raise SystemExit("a probe whose program is `pass` was not decided")


def _below(pid: int) -> list[int]:
    """Return every process below `pid`."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text(encoding="ascii").split()):
            found += [child, *_below(child)]
    return found


def _pss(pid: int) -> float:
    return _memory(pid, "Pss")


def anonymous(pid: int) -> float:
    """Return the memory of a process that belongs to no file, in MiB."""
    return _memory(pid, "Anonymous")


def _memory(pid: int, kind: str) -> float:
    """Return the memory of a process, in MiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        name, _, size = line.partition(":")
        if name == kind:
            return int(size.split()[0]) / 1024
    raise SystemExit(f"this kernel does not tell {kind}")


def _idle_child(pool: Pool, zygote: int) -> float:
    """Return the PSS of the zygote and of a child that sleeps, together."""
    pool.submit(_IDLE)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(lambda: list(pool.results()))
        while not (children := _below(zygote)):
            time.sleep(0.01)
        # By then it has compiled its program and sleeps.
        time.sleep(1)
        weight = _pss(zygote) + sum(map(_pss, children))
        running.result()
    return weight


def _left() -> tuple[int, int]:
    """Return how many processes are below this one, and how many descriptors it has open."""
    return len(_below(os.getpid())), len(list(Path("/proc/self/fd").iterdir()))

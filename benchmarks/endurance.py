"""The endurance bar: a bank of 10,000 items is verified in the memory that holding the bank takes, without a pause.

The items are as cheap as items can be, so that what grows or stalls is quizkit and not what it runs. What is watched
begins with the first verdict: by then the bank is loaded and the sandbox has started.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.figures import Figure, Result, Series
from benchmarks.memory import anonymous

_ITEMS: Final = 500
"""Items a round, in a file of their own: near the limit of one file."""
_WATCHED_EVERY: Final = 1.0
_ITEM: Final = """\
- id: item-{n}
  kind: snippet
  difficulty: easy
  concepts: [numbers]
  stem: Which line makes x {n}?
  options:
    - {{id: right, code: x = {n}, rationale: It does.}}
    - {{id: wrong, code: x = {n} + 1, rationale: One more., fails: the number}}
  key: [right]
  expect: {{the number: x == {n}}}
"""


def endurance(rounds: int, say: Callable[[str], None]) -> Result:
    """Measure a verification of 500 items a round. Raises SystemExit if one of them is not proved."""
    with TemporaryDirectory(prefix="quizkit-bench-") as name:
        folder = Path(name)
        bank = _write_bank(folder / "bank", rounds)
        command = [sys.executable, "-m", "quizkit", "verify", str(bank), "--trust"]
        environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
            sizes, pauses, last = _watched(process, say)
    if process.returncode != 0 or last != f"Proved: all {rounds * _ITEMS:,} items.":
        raise SystemExit(f"not every item was proved: {last}")
    return Result(
        bar="endurance",
        about=f"verify, cold, of {rounds * _ITEMS:,} generated items, from the first verdict on",
        figures=(
            Figure.of("growth of anonymous memory", max(sizes) - sizes[0], "MiB", at_most=16),
            Figure.of("largest", max(sizes), "MiB"),
            Figure.of("longest pause between two verdicts", max(pauses), "s", at_most=10),
        ),
        series=(Series.of("parent", "MiB", sizes), Series.of("pauses over 0.1 s", "s", pauses)),
    )


def _write_bank(folder: Path, files: int) -> Path:
    (folder / "items").mkdir(parents=True)
    (folder / "pattern.yaml").write_text("id: many\ntitle: Many items\n", encoding="utf-8")
    for number in range(files):
        items = (_ITEM.format(n=n) for n in range(number * _ITEMS, (number + 1) * _ITEMS))
        (folder / "items" / f"{number:04}.yaml").write_text("".join(items), encoding="utf-8")
    return folder


def _watched(process: "subprocess.Popen[bytes]", say: Callable[[str], None]) -> tuple[list[float], list[float], str]:
    """Return the sizes of a verification since its first verdict, the pauses between verdicts, its last line."""
    sizes: list[float] = []
    pauses, last, judged = [0.0], b"", 0
    heard = looked = time.monotonic()
    assert process.stdout is not None
    for line in process.stdout:
        now, last = time.monotonic(), line
        if not line.startswith(b"  proved"):
            continue
        judged += 1
        if sizes and now - heard > 0.1:
            pauses.append(now - heard)
        if not sizes or now - looked >= _WATCHED_EVERY:
            sizes.append(anonymous(process.pid))
            looked = now
        if judged % _ITEMS == 0:
            say(f"{judged:,} judged, {sizes[-1]:.1f} MiB")
        heard = now
    return sizes, pauses, last.decode().strip()

"""What runs the frozen programs: quizkit, Sybil, and a fresh Python for each. Each call returns the seconds it took.

Invariant: a contestant that did not do all of its work ends the run; its time is never a sample. Everybody gets
the same interpreter and packages, and the torchvision shim, without which nobody can import torchvision beside a
CPU-only torch (it does nothing where the real operators load).
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any, Final, Self

from benchmarks.frozen import Program

_SHIM: Final = "from quizkit.observe.torchvision_shim import prepare_torchvision\nprepare_torchvision()\n"
_CONFTEST: Final = f"""{_SHIM}
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
"""
_LAUNCH: Final = f"{_SHIM}\nimport runpy, sys\nrunpy.run_path(sys.argv[1], run_name='__main__')\n"
_SHOWN: Final = 2000
"""Characters of a failed contestant's output that are shown."""


def _run(command: Sequence[str], codes: Iterable[int] = (0,), **environment: str) -> tuple[float, str, str]:
    """Run a command to its end and return its seconds, stdout and stderr. Raises SystemExit for another exit code."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUIZKIT_", "PYTEST_", "PYTHON"))
    }
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=own | environment)
    seconds = time.perf_counter() - start
    if done.returncode not in codes:
        said = f"{done.stdout}\n{done.stderr}"[-_SHOWN:]
        raise SystemExit(f"exit code {done.returncode} of {' '.join(command)}:\n{said}")
    return seconds, done.stdout, done.stderr


def write_bank(folder: Path, sources: Iterable[tuple[Program, str]]) -> Path:
    """Write a bank with an item for each program, and return it. The key says whether the program raises.

    All items state the same two options, whose value is evaluated once, in one small probe for all of them.
    """
    items = [_item(program, source) for program, source in sources]
    topic = folder / "frozen"
    (topic / "items").mkdir(parents=True)
    (topic / "pattern.yaml").write_text(json.dumps({"id": "frozen", "title": "Frozen programs"}), encoding="utf-8")
    # JSON is YAML, and says every line end as the program has it.
    (topic / "items" / "programs.yaml").write_text(json.dumps(items, indent=1), encoding="utf-8")
    return folder


def _item(program: Program, source: str) -> dict[str, Any]:
    return {
        "id": f"program-{program.name}",
        "kind": "output",
        "difficulty": "easy",
        "concepts": ["frozen"],
        "stem": "What is the model at the end of this program, or what is raised?",
        "given": source,
        "observe": f"type({program.model}).__name__",
        "options": [
            {"id": "ends", "value": "'ResNet'", "rationale": "Every shape fits and something can be trained."},
            {"id": "raises", "raises": "RuntimeError", "during": "given", "rationale": "A shape does not fit."},
        ],
        "key": ["raises" if program.raises else "ends"],
    }


def write_documents(folder: Path, programs: Iterable[Program]) -> Path:
    """Write what Sybil runs, and return the folder: a document with an example for each program."""
    folder.mkdir()
    blocks = []
    for program in programs:
        code = program.source
        if program.raises:
            code = f"import pytest\nwith pytest.raises(RuntimeError):\n{indent(code, '    ')}"
        blocks.append(f"# {program.name}\n\n```python\n{code.rstrip()}\n```\n")
    (folder / "programs.md").write_text("\n".join(blocks), encoding="utf-8")
    (folder / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return folder


class Verify:
    """`quizkit verify` of a bank, with an evidence cache of its own that is empty at first."""

    def __init__(self, *options: str) -> None:
        self._folder = TemporaryDirectory(prefix="quizkit-bench-")
        self._command = [sys.executable, "-m", "quizkit", "verify", *options, "--format", "json"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def seconds(self, *, is_warm: bool) -> float:
        """Verify, and see to it that everything was proved: all of it from the cache, or nothing."""
        seconds, report, _ = _run(self._command, XDG_CACHE_HOME=self._folder.name)
        told = json.loads(report)["summary"]
        wanted = told["probes"] if is_warm else 0
        is_whole = told["proved"] > 0 == told["refuted"] + told["undecided"] + told["needs_environment"]
        if not is_whole or told["cached"] != wanted:
            raise SystemExit(f"verify did not do what is measured ({'warm' if is_warm else 'cold'}): {told}")
        return seconds

    def imported(self) -> set[str]:
        """Verify, and return the name of every module that was imported."""
        command = [sys.executable, "-X", "importtime", *self._command[1:]]
        _, _, talk = _run(command, XDG_CACHE_HOME=self._folder.name)
        lines = [line for line in talk.splitlines() if line.startswith("import time:")]
        return {line.rpartition("|")[2].strip() for line in lines}


def verify_cold(bank: Path, *options: str) -> float:
    """Verify a foreign bank under one seed, from an empty cache."""
    with Verify(str(bank), "--trust", "--seeds", "0", *options) as verify:
        return verify.seconds(is_warm=False)


def sybil(documents: Path, count: int, workers: int) -> float:
    """Run the documents under pytest, in process with one worker, else in pytest-xdist's workers."""
    spread = ["-p", "xdist", "-n", str(workers)] if workers > 1 else []
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *spread, str(documents)]
    seconds, said, _ = _run(command, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    if f"{count} passed" not in said:
        raise SystemExit(f"Sybil did not run all {count} programs:\n{said[-_SHOWN:]}")
    return seconds


def fresh_pythons(programs: Sequence[Program], at_once: int) -> float:
    """Run each program in a Python of its own, some at once."""

    def one(program: Program) -> None:
        _run([sys.executable, "-c", _LAUNCH, str(program.file)], codes=(1,) if program.raises else (0,))

    start = time.perf_counter()
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(one, programs))
    return time.perf_counter() - start


def warm_up() -> None:
    """Bring into the page cache what every contestant reads; nothing is measured."""
    imports = f"{_SHIM}\nimport pytest, sybil, torch, torchvision, xdist\nimport quizkit.proof.verify"
    _run([sys.executable, "-c", imports])

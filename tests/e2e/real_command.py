"""The real command in a process of its own, with a cache of its own; and small banks for it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

SAMPLES: Final = Path(__file__).parents[1] / "samples"

PATTERN: Final = "id: small\ntitle: A small bank\nprelude: |\n  import torch\n  from torch import nn\n"

RIGHT: Final = """\
- id: right
  kind: claim
  difficulty: easy
  concepts: [linear]
  stem: Was ist wahr? Ω
  given: layer = nn.Linear(8, 2)
  options:
    - {id: eight, text: It takes eight features., claim: layer.in_features == 8, rationale: It does.}
    - {id: frozen, text: It is frozen., claim: not layer.weight.requires_grad, rationale: It is not.}
  key: [eight]
  seeds: [0]
"""

LATE: Final = RIGHT.replace("id: right", "id: late").replace("seeds: [0]", 'requires: ["torch>=99"]')

EXEMPT: Final = RIGHT.replace("id: right", "id: taste").replace("seeds: [0]", "exempt: A matter of taste alone.")

ENDLESS: Final = RIGHT.replace("id: right", "id: endless").replace(
    "layer.in_features == 8", '"all(layer for _ in iter(int, 1))"'
)


class Ran(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str

    def document(self) -> dict[str, Any]:
        """Return the JSON document on standard output."""
        told: dict[str, Any] = json.loads(self.out)
        return told


class Command:
    """Runs quizkit with a private home and no settings of the caller's; `environment` adds, None takes away."""

    def __init__(self, home: Path) -> None:
        self.cache = home / "cache"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIZKIT", "XDG", "LC_"))}
        self.data = home / "data"
        homes = {"XDG_CACHE_HOME": str(self.cache), "XDG_DATA_HOME": str(self.data)}
        self._environment = {**kept, **homes, "PYTHONWARNINGS": "error", "COLUMNS": "100"}

    def start(
        self,
        *arguments: str | Path,
        python: tuple[str, ...] = (),
        environment: dict[str, str | None] | None = None,
        **options: Any,
    ) -> "subprocess.Popen[str]":
        """Start the command, its streams on pipes unless `options` say otherwise."""
        line = [sys.executable, *python, "-m", "quizkit", *map(str, arguments)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        merged = {**self._environment, **(environment or {})}
        own = {name: value for name, value in merged.items() if value is not None}
        return subprocess.Popen(line, env=own, text=True, encoding="utf-8", **{**streams, **options})

    def __call__(self, *arguments: str | Path, typed: str | None = None, **options: Any) -> Ran:
        """Run the command to its end; `typed` is its standard input."""
        if typed is not None:
            options["stdin"] = subprocess.PIPE
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(typed, timeout=300)
        return Ran(process.returncode, out, err)


def write_bank(folder: Path, items: str, pattern: str = PATTERN) -> Path:
    """Write a bank of one pattern and one file of items, and return its folder."""
    (folder / "items").mkdir(parents=True)
    (folder / "pattern.yaml").write_text(pattern, encoding="utf-8")
    (folder / "items" / "items.yaml").write_text(items, encoding="utf-8")
    return folder

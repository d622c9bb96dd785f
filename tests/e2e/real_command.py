"""The real command in a process of its own, with a cache of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

SAMPLES = Path(__file__).parents[1] / "samples"

PATTERN = "id: small\ntitle: A small bank\nprelude: |\n  import torch\n  from torch import nn\n"


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
    """Runs quizkit with a private cache and no settings of the caller's."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.cache = home / "cache"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIZKIT", "XDG", "LC_"))}
        own = {"XDG_CACHE_HOME": str(self.cache), "PYTHONWARNINGS": "error", "COLUMNS": "100"}
        self.environment = {**kept, **own, **environment}

    def start(self, *arguments: str | Path, **options: Any) -> "subprocess.Popen[str]":
        """Start the command, its streams on pipes unless `options` say otherwise."""
        line = [sys.executable, "-m", "quizkit", *map(str, arguments)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(line, env=self.environment, text=True, **{**streams, **options})

    def __call__(self, *arguments: str | Path, **options: Any) -> Ran:
        """Run the command to its end."""
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(timeout=300)
        return Ran(process.returncode, out, err)


def write_bank(folder: Path, items: str, pattern: str = PATTERN) -> Path:
    """Write a bank of one pattern and one file of items, and return its folder."""
    (folder / "items").mkdir(parents=True)
    (folder / "pattern.yaml").write_text(pattern, encoding="utf-8")
    (folder / "items" / "items.yaml").write_text(items, encoding="utf-8")
    return folder

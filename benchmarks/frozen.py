"""The frozen programs: 19 small PyTorch programs, the same for every contestant and for ever.

Invariant: nothing is measured on a program whose digest is not the one in SHA256SUMS.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent / "programs"
_SUMS: Final = FOLDER / "SHA256SUMS"
_RAISING: Final = frozenset({"00", "06", "09", "10", "11", "13", "16"})
"""Programs that raise a RuntimeError on purpose. `verify` proves this on the way."""
_BUILDER: Final = re.compile(r"\bmodels\.(\w+)\(\)")
_MODEL: Final = re.compile(r"^(\w+) = models\.", re.MULTILINE)


@dataclass(frozen=True)
class Program:
    """One frozen program."""

    name: str
    file: Path
    source: str

    @property
    def raises(self) -> bool:
        """Whether it ends in a RuntimeError on purpose."""
        return self.name in _RAISING

    @property
    def model(self) -> str:
        """The name that it binds its model to."""
        found = _MODEL.search(self.source)
        assert found is not None, f"{self.name} builds no model"
        return found.group(1)

    def asking_for_weights(self) -> str:
        """Return its source with every model built as content builds it: pretrained."""
        return _BUILDER.sub(r'models.\1(weights="DEFAULT")', self.source)


def changed() -> list[str]:
    """Return the names of files that were added, removed or changed since they were frozen; hopefully none."""
    lines = [line.split() for line in _SUMS.read_text(encoding="ascii").splitlines()]
    frozen = {name: digest for digest, name in lines}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FOLDER.glob("*.py")}
    return sorted(name for name in frozen.keys() | found.keys() if frozen.get(name) != found.get(name))


def programs() -> list[Program]:
    """Return the frozen programs, by name. Raises SystemExit if they are not what was frozen."""
    if names := changed():
        raise SystemExit(f"these programs are not what was frozen, so nothing is measured: {', '.join(names)}")
    return [Program(file.stem, file, file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.py"))]

"""What quizkit's own programs are, as a digest: what was kept by others than these is not found again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import quizkit


def own_package() -> Path:
    """Return the folder of the installed quizkit."""
    return Path(quizkit.__file__).resolve().parent


def source_digest(package: Path, rooms: Iterable[str]) -> str:
    """Return a digest of the version and of every module in these rooms of `package`, rooms below them apart."""
    digest = hashlib.sha256(quizkit.__version__.encode())
    for room in rooms:
        for file in sorted((package / room).glob("*.py")):
            content = file.read_bytes()
            digest.update(f"{room}/{file.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()

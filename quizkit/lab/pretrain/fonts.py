"""The fonts, had from pinned packages of the Python registry: nothing is committed, and nothing unchecked is used.

Invariant: `fetch` returns only files whose SHA-256 is the one written here, whatever platform's wheel they came in.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class FontFile:
    """One file of a package."""

    name: str
    """The file's name without its folder; unique over all packages."""
    sha256: str
    """Digest of the whole file."""
    weights: tuple[int, ...] = ()
    """Points on the weight axis of a variable font to draw with; empty for a static font."""


@dataclass(frozen=True)
class FontPackage:
    """A wheel that holds fonts."""

    requirement: str
    """What pip is asked for, with an exact version."""
    licence: str
    """Name of the fonts' licence; the wheel has its text."""
    files: tuple[FontFile, ...]
    """The files that are used, and no others."""


class FontError(Exception):
    """The fonts cannot be had as pinned; says which and why."""


def fetch(folder: Path, packages: tuple[FontPackage, ...]) -> list[tuple[Path, FontFile]]:
    """Return every font in a folder, fetching what is missing; raise FontError if one is not what was pinned."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in packages:
        if any(not (folder / file.name).exists() for file in package.files):
            _download(package, folder)
    fonts = [(folder / file.name, file) for package in packages for file in package.files]
    for path, file in fonts:
        if hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256:
            raise FontError(f"{path} is not the pinned file (its SHA-256 differs); remove it and try again")
    return fonts


def _download(package: FontPackage, folder: Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    with tempfile.TemporaryDirectory() as wheels:
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", wheels, package.requirement]
        if subprocess.run(command, check=False).returncode:
            raise FontError(f"pip could not download {package.requirement}; its message is above")
        (wheel,) = Path(wheels).glob("*.whl")
        _extract(wheel, package, folder)


def _extract(wheel: Path, package: FontPackage, folder: Path) -> None:
    wanted = {file.name for file in package.files}
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            name = PurePosixPath(member).name
            if name in wanted:
                (folder / name).write_bytes(archive.read(member))
                wanted.discard(name)
    if wanted:
        raise FontError(f"{wheel.name} has no {', '.join(sorted(wanted))}")

"""Downloads: with progress, checked against a digest, there whole or not at all."""

import hashlib
import urllib.request
from pathlib import Path
from typing import Final

from quizkit.lab.atomic import written_whole
from quizkit.lab.child.events import Progress, Tell
from quizkit.lab.child.failure import RunError

WAYS: Final = (
    "go online once and give the same command again, or bring both files yourself: --data-dir DIR with the files of "
    "CIFAR-10 (cs.toronto.edu/~kriz/cifar.html) and --weights FILE with the state dict of a ResNet "
    "(download.pytorch.org/models/resnet18-f37072fd.pth); --profile offline needs neither"
)
"""The two ways to the profile that is not shipped."""

_CHUNK: Final = 1 << 20
_PATIENCE: Final = 20
"""Seconds a server may stay silent."""


def fetch(url: str, target: Path, algorithm: str, digest: str, phase: str, tell: Tell) -> Path:
    """Return `target`, downloaded if it is not there; `digest` is how the file's hexadecimal digest begins.

    Raises RunError, of the given phase, if the server cannot be reached or sends something else.
    """
    if target.is_file() and has_digest(target, algorithm, digest):
        return target
    try:
        with written_whole(target) as draft:
            _download(url, draft, tell)
            if not has_digest(draft, algorithm, digest):
                what = f"what {url} sends is not the published file: its {algorithm} does not begin with {digest}"
                raise RunError(phase, what, WAYS)
    except OSError as error:
        # A full disk is an OSError without a network's reason, and is explained as such.
        if not isinstance(error, urllib.error.URLError | TimeoutError | ConnectionError):
            raise
        raise RunError(phase, f"{target.name} is not here, and {url} cannot be reached: {error}", WAYS) from error
    return target


def _download(url: str, draft: Path, tell: Tell) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "quizkit"})  # noqa: S310  a constant of torchvision
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer, draft.open("wb") as file:  # noqa: S310  the same
        length = answer.headers.get("Content-Length")
        progress = Progress(tell, "download", int(length) if length else None)
        while piece := answer.read(_CHUNK):
            file.write(piece)
            if progress.advance(len(piece)):
                progress.report()


def has_digest(file: Path, algorithm: str, digest: str) -> bool:
    """Say whether the digest of a file begins with `digest`."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, algorithm).hexdigest().startswith(digest)

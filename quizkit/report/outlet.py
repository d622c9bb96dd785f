"""Where a report is put: a stream whose reader may leave early, or a file that is replaced whole.

Invariant: a file under the asked name is always a whole report, the old one or the new one; and a reader that left
changes nothing but that nobody reads: the verification goes on and its exit code stays true.
"""

import errno
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TextIO

from quizkit.errors import UsageError

_READER_LEFT: Final = frozenset({errno.EPIPE, errno.ESHUTDOWN, errno.EINVAL})
"""How a write to a closed pipe fails; EINVAL is how Windows says it."""


class Outlet:
    """Writes text and flushes it, and falls silent when its reader has left."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self.is_open = True

    def put(self, text: str) -> None:
        r"""Write `text`; what the stream's encoding lacks is written out (`\u2713`)."""
        if not self.is_open:
            return
        try:
            self._stream.write(text.encode(self._encoding, "backslashreplace").decode(self._encoding))
            self._stream.flush()
        except OSError as error:
            if error.errno not in _READER_LEFT:
                raise _unwritable("the report", error) from error
            self.is_open = False
            _silence(self._stream)


class ReportFile(io.TextIOWrapper):
    """A file under a temporary name; it takes its own name once the report in it is whole."""

    is_whole = False


@contextmanager
def open_output(path: Path) -> Iterator[TextIO]:
    """Open `path` for one report, atomically: until the report is whole, what stood there stays.

    A report that says it was interrupted is whole too. A device or a pipe is written to directly.
    """
    target = path.resolve()
    if target.exists() and not target.is_file() and not target.is_dir():
        with _opened(target, 0, path) as file:
            yield file
        return
    if target.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder; name a file in it")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    file = _opened(draft, os.O_EXCL, path)
    is_kept = False
    try:
        try:
            yield file
            is_kept = True
        finally:
            is_kept = is_kept or file.is_whole
            _settle(file, draft, target if is_kept else None, path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _opened(target: Path, how: int, asked: Path) -> ReportFile:
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | how, 0o666)
    except OSError as error:
        raise _unwritable(str(asked), error) from error
    return ReportFile(io.BufferedWriter(io.FileIO(descriptor, "w")), encoding="utf-8", newline="\n")


def _settle(file: ReportFile, draft: Path, target: Path | None, asked: Path) -> None:
    try:
        file.close()
        if target is not None:
            draft.replace(target)
    except OSError as error:
        raise _unwritable(str(asked), error) from error


def _unwritable(what: str, error: OSError) -> UsageError:
    reason = error.strerror or type(error).__name__
    return UsageError(f"cannot write {what}: {reason}; choose a place that can be written with -o FILE")


def _silence(stream: TextIO) -> None:
    """Point the stream's descriptor at nothing, so that the interpreter's last flush finds a reader."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)

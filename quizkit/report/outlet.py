"""Where a report is put: a stream whose reader may leave early, or a file that is replaced whole.

Invariant: a file under the asked name is always a whole report, the old one or the new one; and a reader that left
changes nothing but that nobody reads: the verification goes on and its exit code stays true.
"""

import errno
import io
import os
import stat
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
        r"""Write `text`; what the stream's encoding lacks is written out (`\u2713`).

        Raises UsageError if it cannot be written for another reason than that nobody reads it.
        """
        if not self.is_open:
            return
        try:
            self._stream.write(text.encode(self._encoding, "backslashreplace").decode(self._encoding))
            self._stream.flush()
        except OSError as error:
            self.is_open = False
            _silence(self._stream)
            if error.errno not in _READER_LEFT:
                raise _unwritable("the report", error) from error


class ReportFile(io.TextIOWrapper):
    """A file under a temporary name; it takes its own name once the report in it is whole."""

    is_whole = False


@contextmanager
def open_output(path: Path) -> Iterator[TextIO]:
    """Open `path` for one report, atomically: until the report is whole, what stood there stays.

    A report that says it was interrupted is whole too. A device or a pipe is written to directly.
    Raises UsageError if nothing can be written there.
    """
    if _is_stream(path):
        with _opened(path, 0, path) as file:
            yield file
        return
    target = path.resolve()
    draft = target.with_name(f".quizkit-{os.urandom(8).hex()}.part")
    file = _opened(draft, os.O_EXCL, path)
    try:
        yield file
        file.is_whole = True
    finally:
        _settle(file, draft, target, path)


def _is_stream(path: Path) -> bool:
    """Say whether `path` is a device or a pipe. Raises UsageError if it is a folder, or cannot be told."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _unwritable(str(path), error) from error
    if stat.S_ISDIR(mode):
        raise UsageError(f"cannot write {path}: it is a folder; name a file in it")
    return not stat.S_ISREG(mode)


def _opened(target: Path, how: int, asked: Path) -> ReportFile:
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | how, 0o666)
    except OSError as error:
        raise _unwritable(str(asked), error) from error
    return ReportFile(io.BufferedWriter(io.FileIO(descriptor, "w")), encoding="utf-8", newline="\n")


def _settle(file: ReportFile, draft: Path, target: Path, asked: Path) -> None:
    try:
        file.close()
        if file.is_whole:
            draft.replace(target)
    except OSError as error:
        raise _unwritable(str(asked), error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _unwritable(what: str, error: OSError) -> UsageError:
    reason = error.strerror or type(error).__name__
    return UsageError(f"cannot write {what}: {reason}; choose a place that can be written with -o FILE")


def _silence(stream: TextIO) -> None:
    """Point the stream's descriptor at nothing, so that the interpreter's last flush finds a reader."""
    with suppress(OSError, ValueError):
        descriptor = stream.fileno()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, descriptor)
        os.close(nothing)

"""What a program has printed and warned so far, for expectations. Output still goes where it always goes."""

import io
import sys
import warnings
from typing import Any, Final

_LIMIT: Final = 64 * 1024
_printed: list[str] = []
_warned: list[str] = []


class _Remembering(io.TextIOWrapper):
    """Standard output as ever, which remembers the beginning of what is written."""

    room = _LIMIT

    def write(self, text: str) -> int:
        """Write `text`, remembering as much of it as there is room for."""
        written = super().write(text)
        if self.room > 0:
            _printed.append(text[: self.room])
            self.room -= len(text)
        return written


def start() -> io.TextIOWrapper:
    """Begin to remember, in this process; return the standard output that does."""
    _printed.clear()
    _warned.clear()
    # Opened anew: the stream of the process before it may have led elsewhere.
    out = _Remembering(
        io.BufferedWriter(io.FileIO(1, "wb", closefd=False)), encoding="utf-8", errors="surrogateescape"
    )
    sys.stdout = sys.__stdout__ = out  # type: ignore[misc]
    # As in a script of its own, whose name is __main__.
    warnings.filterwarnings("default", category=DeprecationWarning, module="__quiz__")
    show = warnings.showwarning

    def remember(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        if len(_warned) < _LIMIT:
            _warned.append(f"{category.__name__}: {message}"[:_LIMIT])
        show(message, category, *place, **more)

    warnings.showwarning = remember
    return out


def printed() -> str:
    """Return what the program has printed so far: at most the first 65,536 characters.

    >>> print("epoch 1"); "epoch" in printed()
    epoch 1
    True
    """
    return "".join(_printed)


def warned() -> list[str]:
    """Return the warnings shown so far, each as `Category: message`.

    >>> import warnings
    >>> warnings.warn("the learning rate is 0"); warned()
    ['UserWarning: the learning rate is 0']
    """
    return list(_warned)

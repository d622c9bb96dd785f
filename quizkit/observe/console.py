"""What a program has printed and warned so far, for expectations. Output still goes where it always goes."""

import sys
import warnings
from typing import Any, Final, TextIO

_LIMIT: Final = 64 * 1024
_printed: list[str] = []
_warned: list[str] = []


class _Tee:
    """A text stream that remembers the beginning of what is written and passes everything on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._room = _LIMIT

    def write(self, text: str) -> int:
        """Write `text`, remembering as much of it as there is room for."""
        if self._room > 0:
            _printed.append(text[: self._room])
            self._room -= len(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def start() -> None:
    """Begin to remember, in this process."""
    _printed.clear()
    _warned.clear()
    sys.stdout = _Tee(sys.stdout)  # type: ignore[assignment]
    show = warnings.showwarning

    def remember(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        _warned.append(f"{category.__name__}: {message}")
        show(message, category, *place, **more)

    warnings.showwarning = remember


def printed() -> str:
    """Return what the program has printed so far: at most the first 65,536 characters.

    >>> start(); print("epoch 1"); "epoch" in printed()
    epoch 1
    True
    """
    return "".join(_printed)


def warned() -> list[str]:
    """Return the warnings shown so far, each as `Category: message`.

    >>> warned()
    []
    """
    return list(_warned)

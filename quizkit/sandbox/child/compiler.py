"""Leave torch's compiler out of the import of torchvision, which asks it one question for one operator.

The compiler takes as long to import as torch itself, and few programs use it. Those that do import it themselves, as
torch does for them; the zygote does it beforehand for those that look like it.

Invariant: this saves time and changes nothing that a program can tell. Whatever else of the compiler is asked for
meanwhile imports it, so that an unforeseen version of torchvision is slower and works.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

_UTILITIES: Final = "torch._dynamo.utils"


@contextmanager
def left_out() -> Iterator[None]:
    """While this lasts, let a module stand in for the one of the compiler that torchvision imports."""
    if _UTILITIES in sys.modules:
        yield
        return
    stand_in = ModuleType(_UTILITIES)
    stand_in.is_compile_supported = _is_compile_supported  # type: ignore[attr-defined]
    stand_in.__getattr__ = _asked_for  # type: ignore[method-assign]
    sys.modules[_UTILITIES] = stand_in
    try:
        yield
    finally:
        if sys.modules.get(_UTILITIES) is stand_in:
            del sys.modules[_UTILITIES]


def bring_in() -> None:
    """Import the compiler."""
    importlib.import_module(_UTILITIES)


def _is_compile_supported(device_type: Any) -> Any:
    """Ask the compiler itself; torchvision keeps this function."""
    return importlib.import_module(_UTILITIES).is_compile_supported(device_type)


def _asked_for(name: str) -> Any:
    """Return any other attribute of the real module, which takes the place of the one that stands in for it."""
    if name.startswith("__"):  # The import system asks for some that a module need not have.
        raise AttributeError(name)
    sys.modules.pop(_UTILITIES, None)
    return getattr(importlib.import_module(_UTILITIES), name)

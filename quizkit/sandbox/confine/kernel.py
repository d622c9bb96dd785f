"""Functions of the C library that the standard library does not offer. They raise OSError, as its own do."""

import ctypes
import os
from typing import Final

_libc: Final = ctypes.CDLL(None, use_errno=True)

Argument = int | ctypes.Structure | ctypes.Array[ctypes.c_uint32] | None


def call(number: int, *arguments: Argument) -> int:
    """Make the system call with this number. Raises OSError."""
    return libc("syscall", number, *arguments)


def prctl(option: int, *arguments: int) -> int:
    """Ask for or change an attribute of this process. Raises OSError."""
    return libc("prctl", option, *(*arguments, 0, 0, 0, 0)[:4])


def libc(name: str, *arguments: Argument) -> int:
    """Call a function of the C library; a structure or an array is passed by its address. Raises OSError."""
    result: int = getattr(_libc, name)(*map(_word, arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name} {arguments[0]}: {os.strerror(error)}")
    return result


def _word(argument: Argument) -> object:
    if argument is None:
        return None
    return ctypes.c_long(argument) if isinstance(argument, int) else ctypes.byref(argument)

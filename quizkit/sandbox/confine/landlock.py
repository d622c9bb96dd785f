"""What a process may reach in the file system, by Landlock: nothing but what it is given.

Invariant: every kind of access that the kernel can guard is guarded; an older kernel guards fewer, and `seccomp`
closes what it leaves open (truncation before 6.2, TCP before 6.7, signals and abstract sockets before 6.12).
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from enum import IntFlag
from functools import lru_cache
from typing import Final

from quizkit.sandbox.confine import kernel

assert sys.platform == "linux"

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH, _QUIET = 1, 1, 1
_QUIET_SINCE: Final = 7
"""Denials are no longer written to the kernel's log, which a probe could fill."""


class Access(IntFlag):
    """Kinds of access to files, as the kernel numbers them."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


READ: Final = Access.READ_FILE | Access.READ_DIR
WRITE: Final = (
    READ | Access.WRITE_FILE | Access.TRUNCATE | Access.MAKE_REG | Access.MAKE_DIR | Access.MAKE_SYM
    | Access.REMOVE_FILE | Access.REMOVE_DIR | Access.REFER
)  # fmt: skip
_KNOWN_SINCE: Final = {1: Access.MAKE_SYM, 2: Access.REFER, 3: Access.TRUNCATE, 5: Access.IOCTL_DEV}
"""The last kind of access that a version of the interface added."""


@lru_cache(maxsize=1)
def version() -> int:
    """Return the version of the kernel's interface; 0 where there is none, or a container denies it."""
    try:
        return kernel.call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(grants: Iterable[tuple[str, int]], known: int) -> None:
    """Allow this process only what is granted, as a number of `Access`, to what is below each path that is there.

    To a path that is a file, only what can be done to a file may be granted. `known` is the version of the interface
    to use, 1 or more. The process must have no_new_privs. Raises OSError.
    """
    guarded = max((2 * int(last) - 1 for since, last in _KNOWN_SINCE.items() if known >= since), default=0)
    ruleset = kernel.call(_CREATE_RULESET, _Ruleset.of(guarded, known), ctypes.sizeof(_Ruleset), 0)
    try:
        for path, access in grants:
            with suppress(FileNotFoundError, NotADirectoryError):
                _grant(ruleset, path, access & guarded)
        kernel.call(_RESTRICT_SELF, ruleset, _QUIET if known >= _QUIET_SINCE else 0)
    finally:
        os.close(ruleset)


class _Ruleset(ctypes.Structure):
    """What is guarded: files, TCP ports (all, 4 and later), signals and abstract sockets (6 and later)."""

    _fields_ = [("files", ctypes.c_uint64), ("ports", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]

    @classmethod
    def of(cls, files: int, known: int) -> "_Ruleset":
        return cls(files, 0b11 if known >= 4 else 0, 0b11 if known >= 6 else 0)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("access", ctypes.c_uint64), ("descriptor", ctypes.c_int32)]


def _grant(ruleset: int, path: str, access: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        kernel.call(_ADD_RULE, ruleset, _PATH_BENEATH, _Beneath(access, descriptor), 0)
    finally:
        os.close(descriptor)

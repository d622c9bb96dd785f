"""Which system calls a probe may make, as a filter that the kernel runs before each of them.

Invariant: what is not listed is denied with EPERM, so that it becomes an exception and the probe `blocked`; only a
call by another architecture's numbers kills the process. Whoever adds a call here answers for what all its arguments
can do to other processes, to files that Landlock guards, and to the kernel. See docs/decisions/004-seccomp.md.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from functools import lru_cache
from typing import Final, NamedTuple

from quizkit.sandbox.confine import kernel
from quizkit.sandbox.confine.bpf import Assembler
from quizkit.sandbox.confine.syscalls import ABSENT, ALLOWED, DEPENDING, NEWEST, UNSUPPORTED, numbers

assert sys.platform == "linux"

_KILL, _ALLOW, _ERRNO = 0x80000000, 0x7FFF0000, 0x00050000
_DENY: Final = _ERRNO | errno.EPERM
_MISSING: Final = _ERRNO | errno.ENOSYS
_NOT_SUPPORTED: Final = _ERRNO | errno.EOPNOTSUPP
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_X32: Final = 0x40000000
"""From here on x86-64 takes numbers for the x32 calls, which no table here describes."""

_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}
_SET_FILTER, _ACTION_AVAILABLE, _ALL_THREADS = 1, 2, 1

_PID: Final = 0x51D0_1D07
"""Stands for the process's own id until the filter is installed."""


class Word(NamedTuple):
    """What the low 32 bits of one argument, or the high ones, must be under a mask."""

    argument: int
    value: int
    mask: int = 0xFFFFFFFF
    is_high: bool = False


def _one_of(argument: int, *values: int) -> list[list[Word]]:
    return [[Word(argument, value)] for value in values]


def _null(argument: int) -> list[Word]:
    return [Word(argument, 0), Word(argument, 0, is_high=True)]


def _opening(argument: int) -> list[list[Word]]:
    """To read, to write, or both.

    Never to truncate what is opened to read, nor with the fourth kind of access: an old Landlock does not see them.
    """
    truncate, access = os.O_TRUNC, os.O_ACCMODE
    return [
        [Word(argument, os.O_RDONLY, truncate | access)],
        [Word(argument, os.O_WRONLY, access)],
        [Word(argument, os.O_RDWR, access)],
    ]


_CLONE_THREAD: Final = 0x00010400
"""CLONE_THREAD and CLONE_FILES: descriptors of its own would be seen by nobody."""
_CLONE_NEW: Final = 0x7E020000
"""All the kinds of namespaces."""
_STREAM_FLAGS: Final = 0o2004000
"""SOCK_CLOEXEC and SOCK_NONBLOCK."""

_RULES: Final[dict[str, list[list[Word]]]] = {
    # A thread of its own process, with the same descriptors, in the same namespaces.
    "clone": [[Word(0, _CLONE_THREAD, _CLONE_THREAD | _CLONE_NEW)]],
    "kill": _one_of(0, _PID),
    "tgkill": _one_of(0, _PID),
    # PR_GET_DUMPABLE, SET_NAME, GET_NAME, GET_SECCOMP, CAPBSET_READ, GET_NO_NEW_PRIVS, SVE_GET_VL, SET_VMA
    "prctl": _one_of(0, 3, 15, 16, 21, 23, 39, 51, 0x53564D41),
    # TCGETS and TCGETS2 (is it a terminal?), TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, FICLONE
    "ioctl": _one_of(1, 0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5451, 0x5450, 0x40049409),
    # Flags, locks, duplicates and the size of a pipe; no owner to be signalled, no lease, no seal, no notice.
    "fcntl": _one_of(1, 0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032),
    "open": _opening(1),
    "openat": _opening(2),
    "sendto": [_null(4)],
    # asyncio wants a pair of streams. Datagrams could be sent to any socket that has a name.
    "socketpair": [[Word(0, 1), Word(1, 1, 0xFFFFFFFF ^ _STREAM_FLAGS)]],
    "prlimit64": _one_of(0, 0, _PID),
    "sched_setaffinity": _one_of(0, 0),
}
"""Which arguments are allowed: one of the alternatives, all words of it."""


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


@lru_cache(maxsize=1)
def is_available() -> bool:
    """Say whether this kernel filters system calls and this machine's are known here."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES or struct.calcsize("P") != 8:
        return False
    try:
        for action in (_KILL, _ERRNO):
            kernel.call(_SECCOMP[machine], _ACTION_AVAILABLE, 0, (ctypes.c_uint32 * 1)(action))
    except OSError:
        return False
    return True


def prepare() -> None:
    """Assemble the filter, where there is one, for `install` to use."""
    if is_available():
        _template(platform.machine())


def install() -> None:
    """Filter the calls of this process from now on. It must have no_new_privs. Raises OSError."""
    machine = platform.machine()
    code = filter_for(machine, os.getpid())
    kernel.call(_SECCOMP[machine], _SET_FILTER, _ALL_THREADS, _Program(len(code) // 8, code))


def filter_for(machine: str, pid: int) -> bytes:
    """Return the filter for the process `pid`. Raises KeyError for a machine whose calls are not known here."""
    template, places = _template(machine)
    code = bytearray(template)
    for place in places:
        struct.pack_into("=I", code, place, pid)
    return bytes(code)


@lru_cache
def _template(machine: str) -> tuple[bytes, tuple[int, ...]]:
    """Return the filter, and where in it the process's own id belongs."""
    code = _filter(machine)
    operands = (offset + 4 for offset in range(0, len(code), 8))
    return code, tuple(place for place in operands if struct.unpack_from("=I", code, place)[0] == _PID)


def _filter(machine: str) -> bytes:
    decided: dict[int, int | str] = dict.fromkeys(numbers(ABSENT, machine).values(), _MISSING)
    decided |= dict.fromkeys(numbers(UNSUPPORTED, machine).values(), _NOT_SUPPORTED)
    for table in ALLOWED.values():
        decided |= dict.fromkeys(numbers(table, machine).values(), _ALLOW)
    decided |= {number: name for name, number in numbers(DEPENDING, machine).items()}
    to = Assembler()
    to.load(_ARCHITECTURE_AT)
    to.if_equal(_ARCHITECTURES[machine], then="known")
    to.give(_KILL)
    to.label("known")
    to.load(_NUMBER_AT)
    _choose(to, _ranges(decided))
    for name in numbers(DEPENDING, machine):
        to.label(name)
        _judge(to, _RULES[name])
    for value in (_ALLOW, _DENY, _MISSING, _NOT_SUPPORTED, _KILL):
        to.label(str(value))
        to.give(value)
    return to.assembled()


def _ranges(decided: dict[int, int | str]) -> list[tuple[int, str]]:
    """Return where each run of numbers with the same fate begins, and the label of that fate.

    What is newer than this list does not exist here: a library that tries it falls back to what is older.
    """
    fates = [decided.get(number, _DENY) for number in range(NEWEST + 1)]
    starts = [(n, str(fate)) for n, fate in enumerate(fates) if n == 0 or fate != fates[n - 1]]
    return [*starts, (NEWEST + 1, str(_MISSING)), (_X32, str(_KILL))]


def _choose(to: Assembler, ranges: list[tuple[int, str]]) -> None:
    """Jump to the label of the range that the number is in, by halving."""
    if len(ranges) == 1:
        to.jump(ranges[0][1])
        return
    half = len(ranges) // 2
    above, below = to.fresh(), to.fresh()
    to.if_at_least(ranges[half][0], then=above)
    to.jump(below)
    to.label(above)
    _choose(to, ranges[half:])
    to.label(below)
    _choose(to, ranges[:half])


def _judge(to: Assembler, alternatives: list[list[Word]]) -> None:
    """Allow if all words of one alternative are as they must be."""
    for words in alternatives:
        next_alternative = to.fresh()
        for word in words:
            to.load(_ARGUMENTS_AT + 8 * word.argument + 4 * word.is_high)
            if word.mask != 0xFFFFFFFF:
                to.mask(word.mask)
            to.if_equal(word.value, otherwise=next_alternative)
        to.give(_ALLOW)
        to.label(next_alternative)
    to.give(_DENY)

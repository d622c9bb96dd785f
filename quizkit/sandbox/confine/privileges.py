"""Give up what root may do.

Invariant: afterwards the process has no capability but, if it had it, the one to read files of other users: root may
run an installation that lies in another user's home. Landlock still decides which files those can be.
"""

import ctypes
import errno
import sys
from typing import Final

from quizkit.sandbox.confine import kernel

assert sys.platform == "linux"

_VERSION_3: Final = 0x20080522
_DAC_READ_SEARCH, _SETPCAP = 2, 8
_EFFECTIVE, _PERMITTED = 0, 1
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _CLEAR_ALL = 24, 38, 47, 4
_NUMBERS: Final = range(64)


def forgo_new() -> None:
    """Make sure that no program this process could start has more privileges than it. Raises OSError."""
    kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Empty the sets of capabilities that count. Raises OSError."""
    header, sets = _capabilities()
    kept = sets[_PERMITTED] & 1 << _DAC_READ_SEARCH
    sets[:] = [kept, kept, 0, 0, 0, 0]
    kernel.libc("capset", header, sets)


def empty_other_sets() -> None:
    """Empty the ambient set, and where that is allowed the bounding set. Children inherit it. Raises OSError."""
    kernel.prctl(_PR_CAP_AMBIENT, _CLEAR_ALL)
    if not _capabilities()[1][_EFFECTIVE] & 1 << _SETPCAP:
        return
    for number in _NUMBERS:
        try:
            kernel.prctl(_PR_CAPBSET_DROP, number)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            return  # The kernel knows no more.


def _capabilities() -> tuple["ctypes.Array[ctypes.c_uint32]", "ctypes.Array[ctypes.c_uint32]"]:
    """Return what asks for the sets, and the sets: effective, permitted, inheritable; twice, for 32 of each."""
    header, sets = (ctypes.c_uint32 * 2)(_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    kernel.libc("capget", header, sets)
    return header, sets

"""Huge pages for what the zygote has loaded: a fork, and the end of each child, then handle 2 MiB at a time.

Invariant: an attempt. Where the kernel does not do this (before 6.1, or switched off) or has no memory for it, all
stays as it is; what the memory holds is the same either way.
"""

import ctypes
import errno
from pathlib import Path
from typing import Final

_HUGE: Final = 2 * 2**20
_MADV_COLLAPSE: Final = 25
_BUSY: Final = frozenset({errno.EAGAIN, errno.ENOMEM})
"""No memory for it now; what was done is kept."""


def collapse() -> None:
    """Put this process's own memory on huge pages, as far as that goes."""
    libc = ctypes.CDLL(None, use_errno=True)
    for start, end in _own_memory():
        first = -(-start // _HUGE) * _HUGE
        for address in range(first, end - _HUGE + 1, _HUGE):
            done = libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(_HUGE), _MADV_COLLAPSE)
            if done != 0 and ctypes.get_errno() in _BUSY:
                return


def _own_memory() -> list[tuple[int, int]]:
    """Return the memory that belongs to no file and can be written: the heap, and what is mapped beside it."""
    found = []
    for line in Path("/proc/self/maps").read_text(encoding="ascii", errors="replace").splitlines():
        span, access, _, _, inode, *name = line.split()
        if access == "rw-p" and inode == "0" and name in ([], ["[heap]"]):
            start, _, end = span.partition("-")
            found.append((int(start, 16), int(end, 16)))
    return found

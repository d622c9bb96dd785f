# trick: watches what others do to files
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(0)
if watch < 0 or libc.inotify_add_watch(watch, b"$home", 0xFFF) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

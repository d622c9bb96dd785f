# trick: lets others look into it
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(4, 1, 0, 0, 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

# trick: takes System V shared memory that outlives it
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(0, 4096, 0o1600) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

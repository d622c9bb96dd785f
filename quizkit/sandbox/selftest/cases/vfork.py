# trick: forks in the old way
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
child = libc.vfork()
if child == 0:
    os._exit(0)
if child < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

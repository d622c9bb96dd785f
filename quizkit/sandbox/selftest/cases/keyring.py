# trick: reads the kernel's keys
# outcome: blocked | raised
# layer: seccomp
# machine: x86_64
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(250, 11, -3, 0, 0, 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

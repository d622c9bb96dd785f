# trick: halts the kernel at a page fault of its own
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 323, "aarch64": 282}[platform.machine()]
if libc.syscall(number, 1) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

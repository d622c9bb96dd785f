# trick: hides memory from everyone
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 447, "aarch64": 447}[platform.machine()]
if libc.syscall(number, 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

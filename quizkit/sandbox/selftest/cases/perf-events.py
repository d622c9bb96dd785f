# trick: measures other programs on this machine
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 298, "aarch64": 241}[platform.machine()]
if libc.syscall(number, ctypes.create_string_buffer(128), -1, 0, -1, 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

# trick: compares its descriptors with those of its parent
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 312, "aarch64": 272}[platform.machine()]
if libc.syscall(number, os.getpid(), int("$parent"), 0, 0, 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

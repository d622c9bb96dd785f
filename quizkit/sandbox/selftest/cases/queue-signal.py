# trick: sends its parent a signal by another call
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 129, "aarch64": 138}[platform.machine()]
if libc.syscall(number, int("$parent"), 15, ctypes.create_string_buffer(128)) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

# trick: loads a program into the kernel
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 321, "aarch64": 280}[platform.machine()]
if libc.syscall(number, 0, ctypes.create_string_buffer(72), 72) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

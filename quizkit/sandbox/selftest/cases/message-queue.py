# trick: makes a message queue that outlives it
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 240, "aarch64": 180}[platform.machine()]
if libc.syscall(number, b"quizkit-selftest", 0o102, 0o600, None) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

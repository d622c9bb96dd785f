# trick: asks for a ring that goes round system-call filters
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
parameters = ctypes.create_string_buffer(120)
if libc.syscall(425, 4, parameters) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

# trick: writes to its parent's memory by a system call
# outcome: blocked | raised
# layer: seccomp
import ctypes
import os


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(16)
here, there = Vector(ctypes.addressof(buffer), 16), Vector(0x400000, 16)
if libc.process_vm_writev(int("$parent"), ctypes.byref(here), 1, ctypes.byref(there), 1, 0) < 0:
    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

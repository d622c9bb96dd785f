# trick: fills files that it has mapped, and that have neither a name nor a descriptor any more
# outcome: blocked
# layer: rlimits
# requires: scratch
import ctypes
import os
import time

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
size, read_and_write, shared = 120 * 2**20, 3, 1
for _ in range(4):
    file = os.open("file", os.O_RDWR | os.O_CREAT)
    os.truncate(file, size)
    mapped = libc.mmap(None, size, read_and_write, shared, file, 0)
    os.unlink("file")
    os.close(file)
    ctypes.memset(mapped, 1, size)
time.sleep(60)

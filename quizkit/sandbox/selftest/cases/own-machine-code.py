# trick: kills its parent in machine code of its own
# outcome: blocked | raised
# layer: seccomp
# machine: x86_64
import ctypes
import mmap
import os

memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
memory.write(bytes.fromhex("b83e0000000f05c3"))  # mov eax, 62; syscall; ret
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
error = -ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int)(address)(int("$parent"), 15)
if error > 0:
    raise OSError(error, os.strerror(error))

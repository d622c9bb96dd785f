# trick: kills its parent by the system call of 32-bit programs
# outcome: crashed
# layer: seccomp
# machine: x86_64
import ctypes
import mmap

memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
# push rbx; mov ebx, edi; mov ecx, esi; mov eax, 37; int 0x80; pop rbx; ret
memory.write(bytes.fromhex("5389fb89f1b825000000cd805bc3"))
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_int)(address)(int("$parent"), 15)

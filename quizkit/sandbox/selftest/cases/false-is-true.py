# trick: writes a one into the constant False
# outcome: returned | crashed | sandbox-failed
# layer: harness
import ctypes

x = False
for offset in (16, 24):
    ctypes.c_uint32.from_address(id(False) + offset).value = 1

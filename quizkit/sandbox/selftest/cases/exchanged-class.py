# trick: gives an object the class bool, in memory
# outcome: returned | crashed | sandbox-failed
# layer: harness
import ctypes


class Liar:
    pass


x = Liar()
ctypes.c_void_p.from_address(id(x) + 8).value = id(bool)

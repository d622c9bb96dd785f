# trick: locks memory so that it cannot be swapped
# outcome: returned | blocked | out-of-memory
# layer: rlimits
import ctypes

buffer = ctypes.create_string_buffer(2**26)
ctypes.CDLL(None).mlock(buffer, len(buffer))

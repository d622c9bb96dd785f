# trick: reads memory at address zero
# outcome: crashed
# layer: process
import ctypes

ctypes.string_at(0)

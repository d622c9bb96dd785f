# trick: sleeps in C and lets no other thread run
# outcome: timed-out
# layer: deadline
# cpu: 0.3
import ctypes

ctypes.PyDLL(None).sleep(600)

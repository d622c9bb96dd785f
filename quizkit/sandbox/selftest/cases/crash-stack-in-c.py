# trick: overflows the stack in C
# outcome: crashed | raised
# layer: process
import sys

sys.setrecursionlimit(10**9)
x = []
for _ in range(10**5):
    x = [x]
repr(x)

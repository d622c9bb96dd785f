# trick: lifts the recursion limit and calls itself for ever
# outcome: crashed | out-of-memory | raised | timed-out
# layer: rlimits
# cpu: 5
import sys

sys.setrecursionlimit(10**9)


def again():
    again()


again()

# trick: leaves the harness hardly a frame to run in
# outcome: returned | raised | sandbox-failed
# layer: harness
import sys

x = False
sys.setrecursionlimit(30)

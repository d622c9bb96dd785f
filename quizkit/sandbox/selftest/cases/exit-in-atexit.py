# trick: leaves with status 0 when it should end
# outcome: exited
# layer: evidence channel
import atexit
import os

atexit.register(os._exit, 0)
x = False

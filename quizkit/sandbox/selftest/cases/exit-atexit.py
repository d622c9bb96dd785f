# trick: registers work for after the end
# outcome: returned
# layer: harness
import atexit
import os

atexit.register(lambda: os.write(1, b"still here"))

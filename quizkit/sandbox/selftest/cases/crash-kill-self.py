# trick: kills itself
# outcome: crashed | blocked
# layer: process
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)

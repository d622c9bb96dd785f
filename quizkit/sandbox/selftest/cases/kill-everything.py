# trick: kills every process it may
# outcome: blocked
# layer: seccomp
import os
import signal

os.kill(-1, signal.SIGKILL)

# trick: kills its parent
# outcome: blocked
# layer: seccomp
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)

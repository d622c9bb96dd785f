# trick: stops itself, so that it uses no time
# outcome: timed-out | blocked
# layer: deadline
# cpu: 0.3
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)

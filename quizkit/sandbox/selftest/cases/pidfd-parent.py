# trick: kills its parent through a descriptor of it
# outcome: blocked
# layer: seccomp
import os
import signal

signal.pidfd_send_signal(os.pidfd_open(int("$parent")), signal.SIGTERM)

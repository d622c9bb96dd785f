# trick: leaves a process behind
# outcome: blocked
# layer: seccomp
import os
import time

if os.fork() == 0:
    os.setsid()
    while True:
        time.sleep(60)

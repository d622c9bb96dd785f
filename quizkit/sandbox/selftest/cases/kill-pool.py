# trick: kills the program that runs quizkit
# outcome: blocked
# layer: seccomp
import os
import signal

os.kill(int("$parent"), signal.SIGTERM)

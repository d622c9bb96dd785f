# trick: forks without end
# outcome: blocked
# layer: seccomp
import os

for _ in range(64):
    os.fork()

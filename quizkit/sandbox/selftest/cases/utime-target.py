# trick: changes the times of a file of the user's
# outcome: blocked
# layer: seccomp
import os

os.utime("$target", (0, 0))

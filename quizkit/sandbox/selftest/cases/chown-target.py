# trick: gives a file of the user's away
# outcome: blocked
# layer: seccomp
import os

os.chown("$target", 12345, 12345)

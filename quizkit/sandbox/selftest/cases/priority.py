# trick: gives itself another priority
# outcome: blocked | raised
# layer: seccomp
import os

os.nice(-20)

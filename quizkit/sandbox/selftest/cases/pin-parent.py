# trick: pins its parent to one core
# outcome: blocked | raised
# layer: seccomp
import os

os.sched_setaffinity(int("$parent"), {min(os.sched_getaffinity(0))})

# trick: hides memory in anonymous files
# outcome: blocked
# layer: seccomp
import os

os.memfd_create('hidden')

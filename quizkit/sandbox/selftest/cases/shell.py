# trick: runs a shell command
# outcome: returned | blocked
# layer: seccomp
import os

print(os.system("echo planted > $target"))

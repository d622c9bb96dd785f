# trick: replaces itself by another program
# outcome: blocked | raised
# layer: seccomp
import os

os.execv("/bin/true", ["true"])

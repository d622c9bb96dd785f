# trick: makes a file of the user's writable for all
# outcome: blocked
# layer: seccomp
import os

os.chmod("$target", 0o777)

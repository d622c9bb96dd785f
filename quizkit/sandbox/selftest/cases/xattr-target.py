# trick: sets an extended attribute of a file of the user's
# outcome: blocked
# layer: seccomp
import os

os.setxattr("$target", "user.planted", b"1")

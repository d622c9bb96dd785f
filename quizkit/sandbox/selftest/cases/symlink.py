# trick: makes a symbolic link
# outcome: blocked | raised
# layer: landlock
import os

os.symlink("$target", "/tmp/quizkit-selftest-symlink")

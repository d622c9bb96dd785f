# trick: changes its root directory
# outcome: blocked
# layer: seccomp
import os

os.chroot("/usr")

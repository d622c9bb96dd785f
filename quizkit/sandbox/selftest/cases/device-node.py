# trick: makes a device node
# outcome: blocked | raised
# layer: seccomp
import os
import stat

os.mknod("/tmp/quizkit-selftest-node", stat.S_IFBLK | 0o600, os.makedev(8, 0))

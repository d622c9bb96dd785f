# trick: spawns another program in one call
# outcome: blocked
# layer: seccomp
import os

os.posix_spawn("/bin/true", ["true"], {})

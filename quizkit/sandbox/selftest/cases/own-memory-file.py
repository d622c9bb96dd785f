# trick: writes to its own memory through a file
# outcome: blocked | raised
# layer: landlock
open("/proc/self/mem", "r+b")

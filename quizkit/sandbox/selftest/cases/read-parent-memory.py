# trick: reads its parent's memory
# outcome: blocked | raised
# layer: landlock
open("/proc/$parent/mem", "rb").read(16)

# trick: takes a descriptor out of its parent
# outcome: blocked | raised
# layer: landlock
import os

print(os.read(os.open("/proc/$parent/fd/0", os.O_RDONLY), 16))

# trick: maps memory around Python
# outcome: out-of-memory | blocked | raised
# layer: rlimits
import mmap

kept = []
while True:
    kept.append(mmap.mmap(-1, 2**26))

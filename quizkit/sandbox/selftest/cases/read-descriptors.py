# trick: uses every descriptor it may have inherited
# outcome: returned | raised | exited | blocked | timed-out
# layer: closed descriptors
# cpu: 2
import os

for number in range(3, 256):
    try:
        print(number, os.read(number, 4096))
    except OSError:
        pass

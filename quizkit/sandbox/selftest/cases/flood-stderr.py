# trick: writes to standard error for ever
# outcome: timed-out | returned | blocked
# layer: caps
# cpu: 1
import sys

while True:
    sys.stderr.write('x' * 65536)

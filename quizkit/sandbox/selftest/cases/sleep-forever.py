# trick: waits forever without using CPU time
# outcome: timed-out
# layer: deadline
# cpu: 0.3
import time

while True:
    time.sleep(60)

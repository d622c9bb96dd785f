# trick: starts threads without end
# outcome: blocked | out-of-memory | timed-out
# layer: rlimits
# cpu: 3
import threading
import time

while True:
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()

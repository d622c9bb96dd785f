# trick: leaves a thread that never ends
# outcome: timed-out
# layer: deadline
# cpu: 0.2
import threading
import time

threading.Thread(target=time.sleep, args=(600,)).start()

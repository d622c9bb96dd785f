# trick: has the fault handler end it from outside Python
# outcome: exited
# layer: evidence channel
# cpu: 2
import faulthandler
import time

faulthandler.dump_traceback_later(0.01, exit=True)
time.sleep(5)

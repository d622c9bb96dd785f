# trick: leaves with status 0 when it is let go of
# outcome: exited
# layer: evidence channel
import os


class Leave:
    def __del__(self):
        os._exit(0)


kept = Leave()
x = False

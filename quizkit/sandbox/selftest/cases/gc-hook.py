# trick: hides work in the garbage collector
# outcome: returned
# layer: harness
import gc
import os

gc.callbacks.append(lambda *_: os.write(1, b""))


class Late:
    def __del__(self):
        os.write(1, b"late")


x = Late()

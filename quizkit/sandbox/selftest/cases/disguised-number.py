# trick: passes a number of numpy's off as its bool
# outcome: returned
# layer: harness
import numpy as np


class Liar(np.float64):
    def item(self, *_):
        return True


Liar.__name__ = Liar.__qualname__ = "bool"
Liar.__module__ = "numpy"
x = Liar(1)

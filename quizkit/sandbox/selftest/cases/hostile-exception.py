# trick: raises an exception whose parts raise
# outcome: raised
# layer: harness
class Nasty(Exception):
    @property
    def args(self):
        raise RuntimeError("no args")

    def __str__(self):
        raise RuntimeError("no text")


raise Nasty()

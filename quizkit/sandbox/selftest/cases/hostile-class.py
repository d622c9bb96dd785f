# trick: lies about its class
# outcome: returned
# layer: harness
class Liar:
    @property
    def __class__(self):
        return bool


x = Liar()

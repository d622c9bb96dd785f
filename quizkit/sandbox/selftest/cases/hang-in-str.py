# trick: raises an exception that never finishes describing itself
# outcome: raised
# layer: harness
# cpu: 2
class Hang(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __str__


raise Hang()

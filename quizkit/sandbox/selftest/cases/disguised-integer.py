# trick: passes an integer that is always equal off as bool
# outcome: returned
# layer: harness
class Liar(int):
    def __bool__(self):
        return True

    __eq__ = __ne__ = __instancecheck__ = lambda *_: True
    __hash__ = int.__hash__


Liar.__name__ = Liar.__qualname__ = "bool"
Liar.__module__ = "builtins"
x = Liar(1)

# trick: computes forever when it should end
# outcome: timed-out
# layer: deadline
# cpu: 1
import atexit


def again():
    while True:
        pass


atexit.register(again)
x = False

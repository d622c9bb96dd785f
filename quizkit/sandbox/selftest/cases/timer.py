# trick: raises in whatever runs, a thousand times a second
# outcome: raised | exited | sandbox-failed
# layer: evidence channel
import signal


def tick(*_):
    raise ValueError("tick")


x = False
signal.signal(signal.SIGALRM, tick)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
while True:
    pass

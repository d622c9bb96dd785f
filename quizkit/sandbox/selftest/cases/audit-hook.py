# trick: raises at whatever Python is about to do
# outcome: exited | sandbox-failed
# layer: evidence channel
import sys


def refuse(event, arguments):
    raise KeyError(event)


x = False
sys.addaudithook(refuse)

# trick: ignores every signal it can and computes on
# outcome: timed-out
# layer: deadline
# cpu: 1
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass

# trick: prints for ever
# outcome: timed-out | returned | blocked
# layer: caps
# cpu: 1
while True:
    print('x' * 65536)

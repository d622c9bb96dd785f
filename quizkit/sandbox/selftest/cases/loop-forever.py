# trick: computes forever
# outcome: timed-out
# layer: deadline
# cpu: 1
while True:
    pass

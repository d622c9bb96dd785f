# trick: catches every exception and starts again
# outcome: timed-out
# layer: deadline
# cpu: 1
while True:
    try:
        while True:
            pass
    except BaseException:
        continue

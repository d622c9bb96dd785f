# trick: doubles a string for ever
# outcome: out-of-memory
# layer: rlimits
x = 'x'
while True:
    x += x

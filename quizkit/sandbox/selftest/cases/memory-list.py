# trick: fills memory with a list
# outcome: out-of-memory
# layer: rlimits
x = [0] * 10**10

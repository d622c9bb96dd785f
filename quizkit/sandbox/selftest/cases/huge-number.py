# trick: has an expectation of a number with a hundred thousand digits
# outcome: returned
# layer: harness
x = 10**100_000

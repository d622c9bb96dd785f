# trick: has an expectation of a value that is far too large to describe
# outcome: returned
# layer: harness
x = list(range(10**6))

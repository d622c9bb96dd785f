# trick: has an expectation of lists in lists, a hundred thousand deep
# outcome: returned
# layer: harness
x = []
for _ in range(100_000):
    x = [x]

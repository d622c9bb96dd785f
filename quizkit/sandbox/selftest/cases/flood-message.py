# trick: raises with a message of 50 MB
# outcome: raised
# layer: harness
raise ValueError('x' * 50_000_000)

# trick: raises KeyboardInterrupt
# outcome: raised
# layer: harness
raise KeyboardInterrupt

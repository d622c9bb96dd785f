# trick: has an expectation of a list that holds itself
# outcome: returned
# layer: harness
x = {}
x["x"] = [x]

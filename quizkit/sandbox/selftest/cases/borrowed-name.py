# trick: makes a class with the name of bool
# outcome: returned
# layer: harness
x = type("bool", (), {"__module__": "builtins"})()

# trick: calls the interactive quit
# outcome: raised
# layer: harness
raise SystemExit(0)

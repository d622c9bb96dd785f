# trick: waits for input that nobody gives
# outcome: raised
# layer: closed descriptors
input()

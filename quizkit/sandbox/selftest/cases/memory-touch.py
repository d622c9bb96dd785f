# trick: takes memory piece by piece and writes to it
# outcome: out-of-memory
# layer: rlimits
kept = []
while True:
    kept.append(bytearray(16 * 2**20))

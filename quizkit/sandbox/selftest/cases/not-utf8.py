# trick: prints bytes that are no text
# outcome: returned
# layer: text
import os

os.write(1, bytes(range(128, 256)))

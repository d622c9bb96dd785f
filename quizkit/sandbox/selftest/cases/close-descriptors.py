# trick: closes every descriptor it has
# outcome: exited | sandbox-failed
# layer: evidence channel
import os

os.closerange(0, 1024)

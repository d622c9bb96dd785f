# trick: closes its streams
# outcome: returned
# layer: harness
import sys

sys.stdout.close()
sys.stderr.close()

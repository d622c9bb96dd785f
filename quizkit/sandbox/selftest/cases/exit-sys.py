# trick: raises SystemExit with status 0
# outcome: raised
# layer: harness
import sys

sys.exit(0)

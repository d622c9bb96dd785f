# trick: becomes somebody else
# outcome: blocked | returned | raised
# layer: capabilities
import os

os.setuid(12345)
os.setuid(0)

# trick: aborts
# outcome: crashed
# layer: process
import os

os.abort()

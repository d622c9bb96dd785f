# trick: prints its environment
# outcome: returned
# layer: environment
import os

print(dict(os.environ))

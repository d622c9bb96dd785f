# trick: empties a file of the user's by its name
# outcome: blocked | raised
# layer: landlock
import os

os.truncate("$target", 0)

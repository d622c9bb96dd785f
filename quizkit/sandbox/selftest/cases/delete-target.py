# trick: deletes a file of the user's
# outcome: blocked | raised
# layer: landlock
import os

os.unlink("$target")

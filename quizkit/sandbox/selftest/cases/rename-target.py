# trick: renames a file of the user's
# outcome: blocked | raised
# layer: landlock
import os

os.rename("$target", "$target.gone")

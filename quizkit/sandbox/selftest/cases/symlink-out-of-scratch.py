# trick: reads a secret through a symbolic link in its scratch folder
# outcome: blocked | raised
# layer: landlock
# requires: scratch
import os

os.symlink("$secret", "door")
print(open("door").read())

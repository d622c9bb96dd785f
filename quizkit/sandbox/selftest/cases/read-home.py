# trick: lists the home directory
# outcome: blocked | raised
# layer: landlock
import os

print(os.listdir("$home"))

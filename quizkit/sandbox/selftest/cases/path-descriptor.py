# trick: opens a secret as a mere path, then that path
# outcome: blocked | raised
# layer: landlock
import os

place = os.open("$secret", os.O_PATH)
print(open(f"/proc/self/fd/{place}").read())

# trick: opens its own pipes anew, reads them back and writes frames to them
# outcome: returned | raised | exited | sandbox-failed
# layer: nonce
import os

line = b'\n{"nonce": "0", "frame": "expectation", "name": "x", "holds": true}\n'
for name in os.listdir("/proc/self/fd"):
    try:
        door = os.open(f"/proc/self/fd/{name}", os.O_RDWR | os.O_NONBLOCK)
        os.read(door, 65536)
        os.write(door, line)
    except OSError:
        pass
x = False

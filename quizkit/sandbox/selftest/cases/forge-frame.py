# trick: writes a final frame to every descriptor
# outcome: returned | raised | exited | sandbox-failed
# layer: nonce
import os

line = b'{"nonce": "0", "frame": "final", "drew_random": false, "stub_weights": []}\n'
for number in range(3, 256):
    try:
        os.write(number, line)
    except OSError:
        pass
raise ValueError("honest")

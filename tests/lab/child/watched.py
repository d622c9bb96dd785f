"""A training that trains nothing: `watched.py DESCRIPTOR ENDS` stands below its keepers, with a family that left it.

It tells on the descriptor the lower keeper, itself and what that keeper has adopted; then it ends as ENDS says, or
waits for ever. `unkept` makes do without a keeper, as where there can be none.
"""

import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from quizkit.lab.child import keeper

assert sys.platform == "linux"
descriptor, ends = int(sys.argv[1]), sys.argv[2]
if ends == "unkept":
    keeper._can_keep = lambda: False
keeper.stand_over(descriptor)
if ends == "unkept":
    os.write(descriptor, f"{os.getpid()}\n".encode())
    time.sleep(60)
if os.fork() == 0:
    os.setsid()  # Out of the process group, and by the second fork out of the family.
    if os.fork() == 0:
        os.close(descriptor)
        time.sleep(60)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    os._exit(0)
os.wait()
kept = Path(f"/proc/{os.getppid()}/task/{os.getppid()}/children").read_text().split()
strays = [pid for pid in kept if pid != str(os.getpid())]
os.write(descriptor, f"{' '.join([str(os.getppid()), str(os.getpid()), *strays])}\n".encode())
if ends.startswith("SIG"):
    os.kill(os.getpid(), signal.Signals[ends])
if ends.isdecimal():
    sys.exit(int(ends))
signal.signal(signal.SIGINT, lambda *_: os._exit(77))
os.write(descriptor, b"ready\n")
while True:
    time.sleep(1)

# trick: ends its first thread alone, so that the files of the others are seen no more, and fills them
# outcome: crashed | blocked
# layer: rlimits
# requires: scratch
import ctypes
import os
import platform
import threading
import time


def fill():
    time.sleep(0.1)
    for file in files:
        for _ in range(40):
            os.write(file, bytes(2**20))
    time.sleep(60)


files = [os.open(f"{number}", os.O_WRONLY | os.O_CREAT) for number in range(9)]
for number in range(9):
    os.unlink(f"{number}")
threading.Thread(target=fill).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)

# trick: takes POSIX shared memory
# outcome: blocked
# layer: landlock
from multiprocessing import shared_memory

shared_memory.SharedMemory(create=True, size=2**20)

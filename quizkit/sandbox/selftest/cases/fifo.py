# trick: makes a named pipe
# outcome: blocked | raised
# layer: landlock
import os

os.mkfifo("/tmp/quizkit-selftest-fifo")

# trick: connects to a local socket that lies in no folder
# outcome: blocked
# layer: seccomp
import socket

mine, _ = socket.socketpair()
mine.connect("\0quizkit-selftest")

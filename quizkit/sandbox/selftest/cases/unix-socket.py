# trick: opens a local socket
# outcome: blocked
# layer: seccomp
import socket

socket.socket(socket.AF_UNIX)

# trick: opens a raw socket
# outcome: blocked
# layer: seccomp
import socket

socket.socket(socket.AF_PACKET, socket.SOCK_RAW)

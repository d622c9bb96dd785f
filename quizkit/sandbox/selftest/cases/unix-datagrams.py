# trick: opens a pair of local datagram sockets
# outcome: blocked
# layer: seccomp
import socket

socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

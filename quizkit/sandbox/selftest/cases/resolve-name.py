# trick: looks up a name
# outcome: blocked | raised
# layer: seccomp
import socket

socket.getaddrinfo("example.org", 80)

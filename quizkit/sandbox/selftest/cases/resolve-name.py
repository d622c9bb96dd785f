# trick: looks up a name
# outcome: blocked
# layer: seccomp
import socket

socket.getaddrinfo("example.org", 80)

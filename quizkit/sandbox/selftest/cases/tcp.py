# trick: connects to a server on this machine
# outcome: blocked
# layer: seccomp
import socket

socket.create_connection(("127.0.0.1", int("$port")), 2).send(b"planted")

# trick: asks the kernel about the network
# outcome: blocked
# layer: seccomp
import socket

socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)

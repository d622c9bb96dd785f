# trick: types into the user's terminal
# outcome: blocked | raised
# layer: closed descriptors
import fcntl
import termios

fcntl.ioctl(open("/dev/tty", "w"), termios.TIOCSTI, b"x")

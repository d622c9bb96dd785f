"""The keeper: a bare process above the zygote that outlives it and cleans up. Started by `launch.command`.

Invariant: when quizkit ends, by whatever signal, or the zygote does, every process below is killed and the folder of
the probes is removed. It reads nothing from the control socket and runs nothing but this.
"""

import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path

assert sys.platform == "linux"


def _watch(control: int, zygote: int) -> None:
    """Return when the other end of the control socket is closed or the zygote is dead."""
    poll = select.poll()
    poll.register(control, 0)  # A closed other end is told unasked.
    poll.register(os.pidfd_open(zygote), select.POLLIN)
    poll.poll()


def main() -> None:
    """Fork the zygote, watch over it, clean up. Arguments: the control socket's descriptor, and the folder."""
    control, home = int(sys.argv[1]), Path(sys.argv[2])
    # Importable from where this file lies, and from nowhere else.
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from quizkit.sandbox import folder
    from quizkit.sandbox.child import processes

    processes.reset_signals()
    processes.adopt_orphans()
    own = os.getpid()
    pid = os.fork()
    if pid == 0:
        processes.die_with_parent(own)
        from quizkit.sandbox.child import zygote

        zygote.main(control, home)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        _watch(control, pid)
    finally:
        processes.kill_children()
        with suppress(FileNotFoundError):
            folder.remove(home)


if __name__ == "__main__":
    main()

"""A worker in a fresh interpreter, for platforms that have no zygote. Started by `launch.command`.

Invariant: the evidence leaves on what was standard output when the process began, which is private from then on; the
program's own output goes to the two files that the job names. What was standard input is the lifeline.
"""

import gc
import json
import os
import signal
import sys
from pathlib import Path


def _redirected(job: dict[str, str]) -> int:
    """Give the program its streams, and return the descriptor for evidence."""
    evidence = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    out, err = (os.open(job[name], os.O_WRONLY | os.O_APPEND) for name in ("stdout", "stderr"))
    for target, source in enumerate((nothing, out, err)):
        os.dup2(source, target)
        os.close(source)
    return evidence


def main() -> None:
    """Read the job from standard input, do it, end."""
    # Whoever started quizkit may have ignored it, as a shell does for what runs in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    job = json.loads(sys.stdin.buffer.readline())
    parent = os.dup(0)
    evidence = _redirected(job)
    root = str(Path(__file__).resolve().parents[3])
    sys.path.insert(0, root)
    from quizkit.sandbox.child import baseline, lifeline, loading

    lifeline.hold(parent, Path(job["folder"]).parent)
    loading.load()
    gc.freeze()  # The end of a program collects its own garbage, and not what torch has loaded.
    from quizkit.sandbox.child import worker

    sys.path.remove(root)
    worker.main(job, evidence, baseline)


if __name__ == "__main__":
    main()

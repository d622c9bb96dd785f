"""The training process: started by absolute path, `python -I main.py --events-fd N`, with a config on standard input.

It tells events on descriptor N and nothing else there; what a solution prints goes to the standard streams. SIGINT
ends it without a last event, its checkpoint kept; SIGTERM says that time is up, and is answered with the line that
the solution is at. Should the process crash in native code, where it was stands in `crash.txt` of the run's folder.

Invariant: it ends with `run-finished` and status 0, or with `run-failed` and status 1, or with status 130 on SIGINT;
and at once, with all that it started, when nobody holds the other end of descriptor N any more.
"""

import argparse
import faulthandler
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizkit.lab.child.events import Tell

_INTERRUPTED = 130


def main() -> int:
    """Read the config, run it, and return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events-fd", type=int, required=True)
    descriptor = parser.parse_args().events_fd
    if descriptor == 1:
        # Where a child inherits its standard streams alone: what a solution prints goes to the other one.
        descriptor = os.dup(1)
        os.dup2(2, 1)
    # What a solution starts must not hold the pipe open, or the parent would wait for it.
    os.set_inheritable(descriptor, False)
    given = json.load(sys.stdin)
    root = str(Path(__file__).resolve().parents[3])
    sys.path.insert(0, root)
    from quizkit.lab.child.events import Channel
    from quizkit.lab.child.keeper import stand_over

    stand_over(descriptor)
    try:
        return _run(given, Channel(descriptor).tell)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Nobody listens any more, so nobody can be told.
        return 1


def _run(given: dict[str, object], tell: "Tell") -> int:
    from quizkit.observe.torchvision_shim import prepare_torchvision

    prepare_torchvision()
    from quizkit.lab.child.config import Config
    from quizkit.lab.child.failure import RunError, explained
    from quizkit.lab.child.recipe import run

    solution = str(given["solution"])

    def time_is_up(_: int, frame: FrameType | None) -> None:
        raise _overdue(frame, solution)

    def _overdue(frame: FrameType | None, solution: str) -> RunError:
        while frame is not None and frame.f_code.co_filename != solution:
            frame = frame.f_back
        line = frame.f_lineno if frame is not None else None
        what = "time ran out, and the solution was at this line" if line else "time ran out"
        remedy = "end the loop that runs here" if line else "allow more time, or ask for fewer --epochs"
        return RunError("deadline", what, remedy, solution if line else None, line)

    signal.signal(signal.SIGTERM, time_is_up)
    crash = Path(str(given["folder"])) / "crash.txt"
    try:
        with crash.open("w", encoding="utf-8") as file:
            faulthandler.enable(file)
            run(Config(**given), tell)  # type: ignore[arg-type]
            faulthandler.disable()
        crash.unlink()
    except KeyboardInterrupt:
        crash.unlink(missing_ok=True)
        raise
    except BaseException as error:  # noqa: BLE001  whatever escapes is told, as a fault of ours if need be
        tell("run-failed", **explained(error, solution).facts())
        crash.unlink(missing_ok=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A child that tells what its scenario says, without torch: `fake_child.py SCENARIO --events-fd N`."""

import json
import os
import signal
import sys
import time
from pathlib import Path

assert sys.platform != "win32"
scenario, descriptor = sys.argv[1], int(sys.argv[3])
config = json.load(sys.stdin)


def tell(event: str, **facts: object) -> None:
    os.write(descriptor, json.dumps({"event": event, **facts}).encode() + b"\n")


def started(resumed: int | None = None) -> None:
    tell(
        "run-started", seed=config["seed"], profile=config["profile"], solution="s.py", device="cpu",
        device_name="a fake", versions={"python": "3", "torch": "2", "torchvision": "0"}, resumed_from_epoch=resumed,
    )  # fmt: skip


def epoch(number: int) -> None:
    tell(
        "epoch-finished", epoch=number, epochs=config["epochs"], train_loss=1.0 / number, train_accuracy=0.5,
        validation_loss=0.9 / number, validation_accuracy=0.9, seconds=0.1, images_per_second=1000.0,
    )  # fmt: skip


def whole(broken: tuple[str, ...] = (), first: int = 1) -> None:
    tell(
        "data-loaded", name="digits", classes=["a", "b"], train_images=80, validation_images=20,
        image_shape=[3, 32, 32], digest="d",
    )  # fmt: skip
    tell("evaluated", when="before", train_accuracy=0.1, validation_accuracy=0.125, validation_loss=2.3)
    for number in range(first, config["epochs"] + 1):
        tell("progressed", stage="training", done=40, total=80, images_per_second=1000.0, epoch=number, loss=1.0)
        epoch(number)
    score = 0.9 + config["seed"] / 100
    tell("evaluated", when="after", train_accuracy=0.99, validation_accuracy=score, validation_loss=0.1)
    for clause in config["clauses"]:
        tell("clause-audited", clause=clause, holds=clause not in broken, measured="2 of 3 things", facts={"n": 2})
    tell(
        "predicted", confusion=[[9, 1], [0, 10]],
        per_class=[{"name": "a", "precision": 1.0, "recall": 0.9, "support": 10},
                   {"name": "b", "precision": 0.9, "recall": 1.0, "support": 10}],
    )  # fmt: skip
    tell("run-finished", seconds=1.5, train_seconds=1.0)


def last_words(*_: object) -> None:
    tell("run-failed", phase="deadline", what="was in line 7", remedy="r", file="s.py", line=7)
    sys.exit(1)


started()
match scenario:
    case "whole":
        print("said by the solution")
        whole()
    case "broken":
        whole(broken=("backbone-buffers",))
    case "failed":
        tell("run-failed", phase="solution", what="NameError: x", remedy="mend it", file="s.py", line=3)
    case "nonsense":
        os.write(descriptor, b'{"event": "no-event"}\n')
        time.sleep(60)
    case "vanish":
        print("last words", flush=True)
        os._exit(3)
    case "exit":
        (Path(config["folder"]) / "crash.txt").touch()
        print("good bye", flush=True)
        os._exit(0)
    case "threadless":
        (Path(config["folder"]) / "crash.txt").touch()
        print("\nlibgomp: Thread creation failed: Resource temporarily unavailable", flush=True)
        os._exit(1)
    case "cramped":
        print("OpenBLAS error: Memory allocation still failed after 10 retries, giving up.", flush=True)
        os._exit(1)
    case "starved":
        print(
            "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc", flush=True
        )
        os.kill(os.getpid(), signal.SIGABRT)
    case "crash":
        # As faulthandler writes it: a thread beside it first, names in ASCII.
        name = config["solution"].encode("ascii", "backslashreplace").decode()
        (Path(config["folder"]) / "crash.txt").write_text(
            "Fatal Python error: Segmentation fault\n\n"
            f'Thread 0x1 (most recent call first):\n  File "{name}", line 9 in f\n'
            '\nCurrent thread 0x2 (most recent call first):\n  File "/lib/ctypes.py", line 2 in string_at\n'
            f'  File "{name}", line 4 in prepare\n  File "{name}", line 8 in <module>\n'
        )
        os.kill(os.getpid(), signal.SIGSEGV)
    case "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    case "hang-politely":
        signal.signal(signal.SIGTERM, last_words)
        time.sleep(60)
    case "hang":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        grandchild = os.fork()
        if grandchild == 0:
            time.sleep(60)
        tell("progressed", stage="training", done=grandchild)
        time.sleep(60)
    case "chatty":
        while True:
            tell("progressed", stage="training", done=1)
            time.sleep(0.02)
    case "greedy":
        memory = bytearray(300 * 2**20)
        memory[::4096] = b"x" * len(memory[::4096])
        time.sleep(60)
    case "half":
        epoch(1)
        kept = Path(config["folder"]) / "events.jsonl"
        while not (kept.exists() and b"epoch-finished" in kept.read_bytes()):
            time.sleep(0.01)
        os.kill(os.getppid(), signal.SIGKILL)
    case "flood":
        print("x" * 2_000_000, "the end")
        whole()

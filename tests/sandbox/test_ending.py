"""A program ends as the same text ends as a script: what that prints after its last line is in the evidence too."""

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool

Run = Callable[..., Evidence]

PROGRAMS = {
    "what is registered": "import atexit; atexit.register(print, 1); atexit.register(print, 2); print(3)",
    "what raises when it is registered": """
        import atexit
        atexit.register(print, "afterwards")
        @atexit.register
        def _(): raise ValueError("at the end")
    """,
    "a thread": """
        import threading, time
        def late(): time.sleep(0.05); print("late")
        threading.Thread(target=late).start()
        print("end")
    """,
    "an executor that nobody shut down": """
        from concurrent.futures import ThreadPoolExecutor
        executor = ThreadPoolExecutor(2)
        done = executor.submit(print, "worked")
        done.result()
        print("end")
    """,
    "what is let go of": """
        import os
        class Kept:
            def __init__(self, name): self.name = name
            def __del__(self): print("gone:", self.name, os.sep)
        later, earlier = Kept("later"), Kept("earlier")
        print("end")
    """,
    "what holds itself": """
        class Kept:
            def __del__(self): print("gone")
        kept = Kept()
        kept.itself = kept
        def use(): return kept
        print("end")
    """,
    "a generator in the middle": """
        def numbers():
            try:
                yield 1
            finally:
                print("closed")
        found = numbers()
        next(found)
    """,
    "a finalizer": """
        import weakref
        class Kept: pass
        kept = Kept()
        finalizer = weakref.finalize(kept, print, "finalized")
        print("end")
    """,
    "a log that is kept back": """
        import logging, logging.handlers, sys
        handler = logging.handlers.MemoryHandler(100, target=logging.StreamHandler(sys.stdout))
        logging.getLogger().addHandler(handler)
        logging.getLogger().warning("kept back")
    """,
    "a temporary module": """
        import torch
        class Net(torch.nn.Module):
            def __del__(self): print("net gone")
        net = Net()
        handle = net.register_forward_hook(lambda *_: None)
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_ends_as_a_script_does(name: str, run: Run, tmp_path: Path) -> None:
    source = textwrap.dedent(PROGRAMS[name])
    script = tmp_path / "script.py"
    script.write_text(source, encoding="utf-8")
    wanted = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=True).stdout
    evidence = run(source, prelude="")
    assert evidence.outcome is Outcome.RETURNED, evidence.reason
    assert wanted and evidence.stdout == wanted


def test_a_program_that_raised_ends_in_the_same_way(run: Run) -> None:
    evidence = run("import atexit; atexit.register(print, 'registered'); raise KeyError('k')")
    assert evidence.outcome is Outcome.RAISED and evidence.stdout == "registered\n"


def test_expectations_see_the_program_before_it_ends(run: Run) -> None:
    source = "import atexit\nseen = []\natexit.register(lambda: seen.append(1) or print(len(seen)))"
    evidence = run(source, expectations={"before": "seen == []"})
    assert evidence.expectations["before"].holds is True and evidence.stdout == "1\n"


@pytest.mark.parametrize(
    "source",
    [
        "import threading, time\nthreading.Thread(target=lambda: time.sleep(0.05) or print(torch.rand(1))).start()",
        "import atexit; atexit.register(lambda: print(np.random.rand()))",
        "import random\nclass Kept:\n    def __del__(self): random.random()\nkept = Kept()",
    ],
)
def test_chance_in_the_end_is_chance(source: str, run: Run) -> None:
    assert run(source).drew_random


def test_an_end_without_an_end_is_stopped(run: Run) -> None:
    source = "import atexit\ndef again():\n    while True: pass\natexit.register(again)"
    evidence = run(source, limits={"cpu_seconds": 1}, expectations={"true": "True"})
    assert evidence.outcome is Outcome.TIMED_OUT


def test_an_end_that_leaves_is_no_success(run: Run) -> None:
    source = "import atexit, os; atexit.register(os._exit, 0)"
    assert run(source, expectations={"true": "True"}).outcome is Outcome.EXITED


def test_sets_of_strings_have_the_same_order_in_every_run(run: Run) -> None:
    names = "print([*{'loss', 'logits', 'labels', 'batch', 'epoch'}], hash('loss'))"
    script = [sys.executable, "-s", "-P", "-c", names]
    wanted = subprocess.run(script, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "0"}).stdout
    assert run(names).stdout == wanted


def test_a_tracer_sees_the_program_and_not_the_harness(run: Run) -> None:
    source = """
        import sys
        def note(frame, event, argument): seen.append(frame.f_code.co_name)
        def traced(): pass
        seen = []
        sys.settrace(note)
        traced()
    """
    evidence = run(textwrap.dedent(source), expectations={"one": "seen == ['traced']"})
    assert evidence.expectations["one"].holds is True


def test_a_tracer_stays_on_in_the_parts_that_follow(pool: Pool) -> None:
    parts = (
        Part(
            phase="given", source="import sys\nseen = []\nsys.settrace(lambda f, *_: seen.append(f.f_code.co_name))"
        ),
        Part(phase="then", source="def traced(): pass\ntraced()\nsys.settrace(None)"),
    )
    expectations = {"traced": "'traced' in seen", "only": "set(seen) <= {'traced', '<module>'}"}
    pool.submit(Probe(parts=parts, expectations=expectations))
    [(_, evidence)] = pool.results()
    assert all(checked.holds for checked in evidence.expectations.values()), evidence

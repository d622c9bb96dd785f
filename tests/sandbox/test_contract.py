"""What the sandbox must say of programs that behave badly, each in a process of its own.

`QUIZKIT_SANDBOX=portable` holds the portable sandbox to it, all but for what only a kernel can forbid.
"""

import sys
import textwrap
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import is_portable
from quizkit.sandbox.wire import STREAM_LIMIT

Run = Callable[..., Evidence]

HOSTILE = """
def boom(*_, **__):
    raise RuntimeError("the harness called a method of the program's own")

class Meta(type):
    __eq__ = __hash__ = __instancecheck__ = __subclasscheck__ = boom
    __module__ = property(boom)
    __repr__ = __str__ = boom

class Hostile(metaclass=Meta):
    __eq__ = __repr__ = __str__ = __bool__ = __len__ = __iter__ = __getattr__ = __format__ = boom
    __class__ = property(boom)
"""

RETURNED = {
    "nothing": "pass",
    "large operations": "x = torch.randn(1200, 1200); y = (x @ x).sum(); z = torch.randn(4_000_000).relu()",
    "threads of its own": """
        import threading
        seen = []
        workers = [threading.Thread(target=seen.append, args=(i,)) for i in range(3)]
        [worker.start() for worker in workers]; [worker.join() for worker in workers]
        assert len(seen) == 3
    """,
    "stdout replaced": "import io, sys; print('before'); sys.stdout = io.StringIO(); print('lost')",
    "stdout closed": "import sys; sys.stdout.close()",
    "stdout deleted": "import sys; del sys.stdout, sys.stderr",
    "json replaced": "import json; json.dumps = json.loads = json.JSONEncoder = None",
    "os.write replaced": "import os; os.write = os._exit = os.getpid = None",
    "built-ins replaced": """
        import builtins
        for name in ("len", "isinstance", "any", "all", "str", "type", "sorted", "getattr", "open", "int", "repr"):
            setattr(builtins, name, None)
        len = type = None
    """,
    "torch replaced": "torch.Tensor.__repr__ = torch.randn = torch.equal = torch.no_grad = torch.manual_seed = None",
    "generators replaced": "torch.random.default_generator = torch.get_rng_state = None; np.random.get_state = None",
    "signals ignored": "import signal; [signal.signal(n, signal.SIG_IGN) for n in (2, 10, 15, 24)]",
    "SIGTERM to itself ignored": """
        import os, signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.kill(os.getpid(), signal.SIGTERM)
    """,
    "warnings as errors": "import warnings; warnings.simplefilter('error')",
    "frames of its own": """
        import json, os
        frame = b'{"frame": "final", "drew_random": false, "stub_weights": [], "frames": 9}\\n{"nonce'
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, frame)
            except OSError:
                pass
    """,
    "a larger source": "x = 1\n" * 170_000,
    "a default device": "torch.set_default_device('meta'); x = torch.ones(2)",
    "a private folder": "import os; assert os.listdir() == [] and os.environ['HOME'] == os.getcwd()",
    "no arguments": "import sys; assert sys.argv == [''] and sys.stdin.read() == ''",
    "no device but the CPU": "assert not torch.cuda.is_available()",
}

RAISED = {
    "MemoryError": ("raise MemoryError", "MemoryError"),
    "MemoryError with a message": ("raise MemoryError('cannot allocate')", "MemoryError"),
    "PermissionError": ("raise PermissionError(13, 'Permission denied')", "PermissionError"),
    "PermissionError in a function": ("def f():\n    raise PermissionError('no')\nf()", "PermissionError"),
    "words of the allocator": ("raise RuntimeError('not enough memory: buy 4 GiB')", "RuntimeError"),
    "an assertion on permissions": ("assert False, 'Permission denied'", "AssertionError"),
    "SystemExit": ("raise SystemExit", "SystemExit"),
    "sys.exit": ("import sys; sys.exit(0)", "SystemExit"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "an interrupt from inside": ("import signal; signal.raise_signal(signal.SIGINT)", "KeyboardInterrupt"),
    "a closed pipe": ("import os; r, w = os.pipe(); os.close(r); os.write(w, b'x')", "BrokenPipeError"),
    "a throw": ("def g():\n    yield\nh = g(); next(h); h.throw(ValueError('thrown'))", "ValueError"),
    "GeneratorExit": ("raise GeneratorExit", "GeneratorExit"),
    "no recursion limit kept": ("def f():\n    f()\nf()", "RecursionError"),
    "a group": ("raise ExceptionGroup('two', [ValueError(1), TypeError(2)])", "ExceptionGroup"),
    "a hostile message": (HOSTILE + "raise ValueError(Hostile())", "ValueError"),
    "a hostile exception": (
        HOSTILE + "class E(Exception):\n    __str__ = __repr__ = __bool__ = __getattribute__ = boom\nraise E(1)",
        "E",
    ),
    "an exception that shows itself": (
        "class E(Exception):\n    __str__ = object.__str__\n    def __repr__(self): print('ran')\nraise E(1)",
        "E",
    ),
    "a hostile file name": (HOSTILE + "e = OSError(2, 'x'); e.filename = Hostile(); raise e", "FileNotFoundError"),
    "a huge number": ("raise ValueError(10 ** 5000)", "ValueError"),
    "a huge message": ("raise ValueError('x' * 10_000_000)", "ValueError"),
    "a lone surrogate": ("raise ValueError('\\ud800')", "ValueError"),
    "a terrible name": ("raise type('\\x1b[31mE', (Exception,), {})()", "\\x1b[31mE"),
    "a file that is not there": ("open('/no/such/file')", "FileNotFoundError"),
    "a device that is not there": ("torch.ones(1).cuda()", "*"),
    "the wrong shape": ("torch.ones(2, 3) @ torch.ones(2, 3)", "RuntimeError"),
    "frames of its own, then a raise": (
        "import os\nfor fd in range(3, 64):\n"
        "    try: os.write(fd, b'noise without an end')\n    except OSError: pass\nraise KeyError('k')",
        "KeyError",
    ),
    "all else broken": (
        "import builtins, json, os, sys\nbuiltins.len = builtins.str = os.write = json.dumps = sys.stdout = None\n"
        "raise ValueError('still told')",
        "ValueError",
    ),
}

UNDECIDED = {
    "a huge tensor": ("torch.empty(10 ** 13)", Outcome.OUT_OF_MEMORY),
    "a huge array": ("np.zeros(10 ** 13)", Outcome.OUT_OF_MEMORY),
    "a huge list": ("x = [0] * 10 ** 11", Outcome.OUT_OF_MEMORY),
    "memory used up and kept": (
        "kept = []\ntry:\n    while True: kept.append(bytearray(1 << 20))\nexcept MemoryError: pass\n"
        "try:\n    while True: kept.append(' ' * 4000 + str(len(kept)))\nexcept MemoryError: pass\nraise ValueError",
        Outcome.OUT_OF_MEMORY,
    ),
    "memory, told in other words": (
        "try:\n    torch.empty(10 ** 13)\nexcept RuntimeError as e:\n    raise ValueError('too large') from e",
        Outcome.OUT_OF_MEMORY,
    ),
    "memory, told again": (
        "try:\n    torch.empty(10 ** 13)\nexcept RuntimeError as e:\n    raise e",
        Outcome.OUT_OF_MEMORY,
    ),
    "a file written": ("open('x', 'w').write('y')", Outcome.BLOCKED),
    "a file written elsewhere": (
        "f = open('../elsewhere', 'w'); f.write('y'); f.close()",
        Outcome.BLOCKED,
    ),
    "a temporary file": ("import tempfile; tempfile.TemporaryFile()", Outcome.BLOCKED),
    "torch.save": ("torch.save(torch.ones(1), 'x.pt')", Outcome.BLOCKED),
    "worker processes": (
        "from torch.utils.data import DataLoader\nlist(DataLoader(list(range(4)), num_workers=2))",
        Outcome.BLOCKED,
    ),
    "shared memory": ("torch.ones(3).share_memory_()", Outcome.BLOCKED),
    "many files": ("x = [open('/dev/null') for _ in range(300)]", Outcome.BLOCKED),
    "chance that follows no seed": ("open('/dev/urandom', 'rb').read(1)", Outcome.BLOCKED),
    "a generator that is seeded by chance": ("torch.Generator().seed()", Outcome.BLOCKED),
    "a database in a file": ("import sqlite3; sqlite3.connect('x.db').execute('create table a(b)')", Outcome.BLOCKED),
    "a group of processes": (
        "import torch.distributed as d\n"
        "d.init_process_group('gloo', init_method='tcp://127.0.0.1:29511', rank=0, world_size=1)",
        Outcome.BLOCKED,
    ),
    "a limit raised": ("import resource; resource.setrlimit(resource.RLIMIT_STACK, (1 << 40,) * 2)", Outcome.BLOCKED),
    "threads without memory": (
        "torch.set_num_threads(400); torch.ones(2000, 2000) @ torch.ones(2000, 2000)",
        Outcome.OUT_OF_MEMORY,
    ),
    "a wall behind another exception": (
        "try:\n    open('x', 'w')\nexcept OSError:\n    raise ValueError('no file')",
        Outcome.BLOCKED,
    ),
    "os._exit": ("import os; print('bye'); os._exit(0)", Outcome.EXITED),
    "descriptors closed": ("import os; os.closerange(3, 256)", Outcome.SANDBOX_FAILED),
    "a signal": ("import os; os.kill(os.getpid(), 9)", Outcome.CRASHED),
    "a segmentation fault": ("import ctypes; ctypes.string_at(0)", Outcome.CRASHED),
    "an abort": ("import os; os.abort()", Outcome.CRASHED),
    "an evidence flood": (
        "import os\nfor fd in range(3, 64):\n"
        "    try:\n        for _ in range(100): os.write(fd, b'x' * 65536)\n    except OSError: pass",
        Outcome.BLOCKED,
    ),
}

FORBIDDEN_BY_THE_KERNEL = frozenset(
    {"a file written", "a file written elsewhere", "a temporary file", "torch.save", "worker processes"}
    | {"shared memory", "many files", "a wall behind another exception"}
    | {"a database in a file", "a group of processes", "a limit raised", "threads without memory"}
    | {"chance that follows no seed", "a generator that is seeded by chance"}
)
"""Of these. The portable sandbox lets them happen."""

ENDLESS = {
    "a loop": "while True: pass",
    "a loop that ignores signals": "import signal; signal.signal(24, signal.SIG_IGN)\nwhile True: pass",
    "a sleep": "import time; time.sleep(1000)",
    "a sleep with signals blocked": "import signal, time; signal.pthread_sigmask(0, range(1, 65)); time.sleep(1000)",
    "a thread that never ends": "import threading, time; threading.Thread(target=time.sleep, args=(1000,)).start()",
}


def told(evidence: Evidence) -> str:
    """Return what a failing test should show."""
    return f"{evidence.outcome}: {evidence.reason or evidence.raised}\n{evidence.stderr}"


@pytest.mark.parametrize("name", RETURNED)
def test_program_returns(name: str, run: Run) -> None:
    evidence = run(textwrap.dedent(RETURNED[name]), expectations={"sum": "1 + 1 == 2"}, observe="[1, 'a']")
    assert evidence.outcome is Outcome.RETURNED, told(evidence)
    assert evidence.expectations["sum"].holds is True
    assert evidence.observe is not None and evidence.observe.value is not None
    assert evidence.observe.value.text == "[1, 'a']"


@pytest.mark.parametrize("name", RAISED)
def test_program_raises(name: str, run: Run) -> None:
    source, kind = RAISED[name]
    evidence = run(source, expectations={"never": "True"}, claim="1 < 2")
    assert evidence.outcome is Outcome.RAISED, told(evidence)
    assert evidence.raised is not None and evidence.raised.phase == "given"
    assert kind in ("*", evidence.raised.type)
    assert len(evidence.raised.message) <= 4000 and "harness" not in evidence.raised.message
    assert evidence.stdout == "" and evidence.expectations == {}
    assert evidence.claim is not None and evidence.claim.holds is True


@pytest.mark.parametrize("name", UNDECIDED)
def test_program_decides_nothing(name: str, run: Run) -> None:
    if is_portable() and name in FORBIDDEN_BY_THE_KERNEL:
        pytest.skip("the portable sandbox has no such wall")
    source, outcome = UNDECIDED[name]
    evidence = run(source, limits={"memory_mib": 256})
    assert evidence.outcome is outcome, told(evidence)
    assert evidence.reason and not evidence.is_decided


@pytest.mark.parametrize("name", ENDLESS)
def test_program_is_stopped(name: str, run: Run) -> None:
    evidence = run(ENDLESS[name], limits={"cpu_seconds": 0.1})
    assert evidence.outcome is Outcome.TIMED_OUT, told(evidence)
    assert "given" in evidence.reason


def test_cpu_time_is_the_limit_and_not_wall_time(run: Run) -> None:
    evidence = run("while True: pass", limits={"cpu_seconds": 1})
    assert evidence.outcome is Outcome.TIMED_OUT
    assert "1 s of CPU time" in evidence.reason and evidence.observed.signal == (9 if is_portable() else 24)


def test_output_is_kept_up_to_a_limit(run: Run) -> None:
    evidence = run("import os\nfor _ in range(600): os.write(1, b'x' * 65536)")
    assert evidence.outcome is Outcome.RETURNED
    assert evidence.stdout == "x" * STREAM_LIMIT and evidence.observed.cut_streams == ("stdout",)


def test_output_of_any_kind_is_text(run: Run) -> None:
    evidence = run("import sys; print('a'); sys.stdout.flush(); sys.stdout.buffer.write(b'\\xff\\x00\\x1b[31m')")
    assert evidence.stdout == "a\n\\xff\\x00\\x1b[31m"
    assert run("").stdout == ""


def test_what_print_has_buffered_comes_out(run: Run) -> None:
    source = "import threading, time\nprint('first')\n"
    source += "threading.Thread(target=lambda: (time.sleep(0.05), print('late'))).start()"
    assert run(source).stdout == "first\nlate\n"


def test_a_line_is_the_line_of_the_phases_own_text(run: Run) -> None:
    evidence = run("\n\nx = list(map(int, ['1', 'a']))")
    assert evidence.raised is not None and evidence.raised.line == 3
    broken = run("x = 1\ny = (", prelude="")
    assert broken.raised is not None
    assert (broken.raised.type, broken.raised.phase, broken.raised.line) == ("SyntaxError", "syntax", 2)


def test_memory_is_never_zero_by_chance(run: Run) -> None:
    evidence = run("x = torch.empty(1000)", expectations={"zero": "x.eq(0).all()"})
    assert evidence.expectations["zero"].holds is False


@pytest.mark.parametrize(
    "expression", ["1", "None", "'yes'", "torch.ones(1, dtype=torch.bool)", "torch.tensor(1)", "[]"]
)
def test_only_booleans_are_true(run: Run, expression: str) -> None:
    assert run("", expectations={"e": expression}).expectations["e"].holds is None


ANSWERING_MODE = """
from torch.overrides import TorchFunctionMode
class Liar(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func in (torch.Tensor.tolist, torch.equal):
            return [True]
        return func(*args, **(kwargs or {}))
torch.rand(1)
x = torch.tensor(False)
Liar().__enter__()
"""


def test_modes_that_are_left_on_are_not_asked(run: Run) -> None:
    evidence = run(ANSWERING_MODE, expectations={"x": "x"}, observe="torch.zeros(2)")
    assert evidence.expectations["x"].holds is False and evidence.drew_random
    assert evidence.observe is not None and evidence.observe.value is not None
    assert evidence.observe.value.numbers == (0.0, 0.0)


def test_a_borrowed_name_is_no_boolean(run: Run) -> None:
    evidence = run("x = type('bool', (), {'__module__': 'builtins'})()", expectations={"x": "x"})
    assert evidence.outcome is Outcome.RETURNED and evidence.expectations["x"].holds is None, told(evidence)


@pytest.mark.parametrize(
    ("expression", "truth"), [("True", True), ("np.bool_(False)", False), ("torch.tensor(3) > 2", True)]
)
def test_booleans_of_all_three_kinds(run: Run, expression: str, truth: bool) -> None:
    assert run("", expectations={"e": expression}).expectations["e"].holds is truth


def test_every_part_starts_from_the_same_random_state(run: Run) -> None:
    expectations = {"part": "float(a) == float(torch.rand(1))", "numpy": "b == np.random.rand()"}
    evidence = run("a = torch.rand(1); b = np.random.rand()", expectations=expectations, seed=5)
    assert [checked.holds for checked in evidence.expectations.values()] == [True, True]
    assert evidence.drew_random


@pytest.mark.parametrize("source", ["x = torch.ones(3)", "models.resnet18(weights='DEFAULT')", "import random"])
def test_no_random_number_no_further_seed(run: Run, source: str) -> None:
    assert not run(source).drew_random


@pytest.mark.parametrize(
    "source", ["torch.rand(1)", "np.random.rand()", "import random; random.random()", "nn.Linear(1, 1)"]
)
def test_every_generator_is_watched(run: Run, source: str) -> None:
    assert run(source).drew_random


@pytest.mark.parametrize(
    "source",
    [
        "x = np.random.default_rng().random()",
        "x = np.random.RandomState().rand()",
        "import random; x = random.Random().random()",
        "import random; random.seed(); x = random.random()",
        "import random; x = random.SystemRandom().random()",
        "import secrets; x = secrets.randbelow(2**40)",
        "import uuid; x = uuid.uuid4().int >> 90",
        "import os; x = int.from_bytes(os.urandom(4), 'big')",
        pytest.param(
            "import os; x = int.from_bytes(os.getrandom(4, flags=os.GRND_NONBLOCK), 'big')",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="a call of Linux's"),
        ),
        "np.random.seed(); x = np.random.rand()",
        "torch.seed(); x = torch.rand(())",
    ],
)
def test_chance_of_the_system_follows_the_probe(run: Run, source: str) -> None:
    first, again, other = (run(source, observe="float(x)", seed=seed) for seed in (0, 0, 1))
    assert first.drew_random
    assert observed(first) == observed(again) != observed(other)


@pytest.mark.parametrize("made", ["np.random.default_rng(7)", "__import__('random').Random(7)"])
def test_a_generator_made_with_a_seed_is_no_chance(run: Run, made: str) -> None:
    assert not run(f"x = {made}.random()").drew_random


def observed(evidence: Evidence) -> object:
    """Return what an evidence's `observe` gave."""
    assert evidence.observe is not None and evidence.observe.value is not None, told(evidence)
    return evidence.observe.value.scalar


def test_scratch_is_private_and_writable(run: Run) -> None:
    source = "import os, tempfile\ntorch.save(torch.ones(2), 'x.pt')\ntempfile.mkdtemp()\nhere = os.getcwd()"
    reads = {"read": "torch.load('x.pt').sum() == 2"}
    evidence = run(source, requires=("scratch",), observe="here", expectations=reads)
    assert evidence.outcome is Outcome.RETURNED and evidence.expectations["read"].holds, told(evidence)
    assert not Path(str(observed(evidence))).exists()


def test_threads_are_given_when_asked_for(run: Run) -> None:
    count = "torch.get_num_threads()"
    assert observed(run("", observe=count)) == 1
    evidence = run("y = torch.randn(1500, 1500) @ torch.randn(1500, 1500)", observe=count, limits={"threads": 2})
    assert evidence.outcome is Outcome.RETURNED and observed(evidence) == 2


def test_a_device_that_is_not_here_is_no_fault_of_the_program(run: Run) -> None:
    evidence = run("x = torch.ones(1).cuda()", requires=("cuda",), expectations={"there": "x.is_cuda"})
    if evidence.outcome is not Outcome.RETURNED:
        assert evidence.outcome is Outcome.NEEDS_ENVIRONMENT and "CUDA" in evidence.reason, told(evidence)


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("print([1, 2.0])", "list", "[1, 2.0]"),
        ("print(torch.Size([1]))", "torch.Size", "torch.Size([1])"),
        ("import os; os.write(1, b'  7  ')", "int", "7"),
    ],
)
def test_what_was_printed_is_read_as_an_expression(run: Run, source: str, kind: str, text: str) -> None:
    printed = run(source, reads_stdout=True).printed
    assert printed is not None and printed.value is not None
    assert (printed.value.type, printed.value.text) == (kind, text)


def test_what_was_printed_is_read_in_a_clean_namespace(run: Run) -> None:
    printed = run("x = 1; print('x')", reads_stdout=True).printed
    assert printed is not None and printed.raised is not None and printed.raised.type == "NameError"
    assert run("print('two words')", reads_stdout=True).outcome is Outcome.RETURNED
    assert run("", reads_stdout=True).printed is None


def test_what_was_printed_and_cannot_be_read_in_time_decides_nothing(run: Run) -> None:
    evidence = run("print('9 ** 9 ** 9')", reads_stdout=True, limits={"cpu_seconds": 0.5})
    assert evidence.outcome is Outcome.TIMED_OUT and "could not be read as an expression" in evidence.reason


def test_values_stand_by_themselves(pool: Pool) -> None:
    values = {"a": "math.pi", "b": "x := 1", "c": "x", "d": "torch.rand(1)", "e": "torch.rand(1)"}
    pool.submit(Probe(prelude="import math, torch", values=values))
    [(_, evidence)] = pool.results()
    assert evidence.outcome is Outcome.RETURNED and not evidence.drew_random
    raised = {name: read.raised.type for name, read in evidence.values.items() if read.raised is not None}
    assert raised == {"b": "SyntaxError", "c": "NameError"}
    assert evidence.values["d"] == evidence.values["e"]


@pytest.mark.skipif(is_portable(), reason="the portable sandbox admits by jobs alone")
def test_no_more_memory_is_promised_than_there_is(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizkit.sandbox.fork_pool.available_memory_mib", lambda: 1500)
    source = "import time; start = time.monotonic(); time.sleep(0.1); end = time.monotonic()"
    for seed in range(3):
        part = Part(phase="given", source=source)
        pool.submit(Probe(parts=(part,), observe="[start, end]", seed=seed))
    spans = [
        evidence.observe.value.items for _, evidence in pool.results() if evidence.observe and evidence.observe.value
    ]
    times = sorted((float(str(start.scalar)), float(str(end.scalar))) for start, end in filter(None, spans))
    assert len(times) == 3 and all(first[1] <= second[0] for first, second in pairwise(times))

"""What is left behind: nothing, however a probe, the zygote, its keeper or quizkit itself ends."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quizkit.errors import SandboxError
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import is_portable, start_pool

if sys.platform != "linux" or is_portable():
    pytest.skip("processes are looked after in this way on Linux alone", allow_module_level=True)

Run = Callable[..., Evidence]

_PATIENCE = 30.0


def probe(source: str, number: int = 0) -> Probe:
    return Probe(parts=(Part(phase="given", source=source),), seed=number)


def below(pid: int) -> set[int]:
    """Return every process below `pid`, and `pid` itself."""
    found = {pid}
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return set()
    return found.union(*(below(int(child)) for child in children))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; a machine under load takes its time, and only a fault takes all of it."""
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def own_children() -> set[int]:
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


def started_from(home: Path) -> list[int]:
    """Return the living processes of sandboxes with folders in `home`: their command names it, and that of forks."""
    commands = Path("/proc").glob("[0-9]*/cmdline")
    return [int(file.parent.name) for file in commands if names(file, home) and is_alive(int(file.parent.name))]


def names(file: Path, home: Path) -> bool:
    try:
        return f"{home}/quizkit-" in file.read_text()
    except OSError:
        return False


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """A pool whose probes may start processes, which must not be left behind where nothing forbids them."""
    with start_pool(2, layers=()) as pool:
        yield pool


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the sandboxes of this test alone have their folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def outcomes(pool: Pool) -> list[Outcome]:
    return [evidence.outcome for _, evidence in sorted(pool.results(), key=lambda result: result[0].seed)]


def test_many_probes_leave_nothing(pool: Pool, run: Run) -> None:
    run()
    before, tree = descriptors(), set().union(*map(below, own_children()))
    for number in range(200):
        pool.submit(probe("import os; os.fork() or os.setsid()", number))
    assert outcomes(pool) == [Outcome.RETURNED] * 200
    assert descriptors() == before
    assert set().union(*map(below, own_children())) == tree
    zygote = max(tree)
    assert len(list(Path(f"/proc/{zygote}/fd").iterdir())) < 16
    assert len(list(Path(f"/proc/{zygote}/task").iterdir())) == 1


STARTING = {
    "a fork that goes on": "import os; os.fork()",
    "a fork that raises": """
import os
if (pid := os.fork()) == 0:
    raise ValueError("in the fork")
os.waitpid(pid, 0)
""",
    "a daemon": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
""",
    "a subprocess": "import subprocess; assert subprocess.check_output(['echo', 'hi']) == b'hi\\n'",
}


@pytest.mark.parametrize("name", STARTING)
def test_what_a_probe_starts_is_not_its_evidence(name: str, run: Run) -> None:
    evidence = run(STARTING[name], expectations={"sum": "1 + 1 == 2"})
    assert evidence.outcome is Outcome.RETURNED, evidence
    assert evidence.expectations["sum"].holds is True


def test_a_wait_for_a_child_is_stopped(run: Run) -> None:
    evidence = run("import os, time\nif os.fork() == 0: time.sleep(1000)\nos.wait()", limits={"cpu_seconds": 0.1})
    assert evidence.outcome is Outcome.TIMED_OUT, evidence


def test_what_a_probe_started_is_dead_when_its_evidence_is_there(run: Run) -> None:
    source = """
import os, signal, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(write, str(os.getpid()).encode())
        time.sleep(1000)
    os._exit(0)
daemon = int(os.read(read, 20))
"""
    evidence = run(source, observe="daemon")
    assert evidence.outcome is Outcome.RETURNED, evidence
    assert evidence.observe is not None and evidence.observe.value is not None
    assert not is_alive(int(str(evidence.observe.value.scalar)))


def test_a_siblings_daemon_is_spared_while_the_sibling_lives(pool: Pool) -> None:
    patient = """
import os, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while os.getppid() == 0: pass
        time.sleep(0.5)
        os.write(write, b'still here')
    os._exit(0)
os.close(write)
assert os.read(read, 20) == b'still here'
"""
    pool.submit(probe(patient, 0))
    for number in range(1, 8):
        pool.submit(probe("pass", number))
    assert outcomes(pool) == [Outcome.RETURNED] * 8


def test_a_sandbox_that_is_killed_is_replaced(home: Path) -> None:
    daemon = "if os.fork() == 0:\n    os.setsid()\n    os.fork() and os._exit(0)\n    time.sleep(1000)\nos.wait()\n"
    keeper = "int(open(f'/proc/{os.getppid()}/stat').read().split()[3])"
    with start_pool(2, layers=()) as pool:
        pool.submit(probe(f"import os, time\n{daemon}os.kill(os.getppid(), 9)\ntime.sleep(1000)", 0))
        pool.submit(probe("import time; time.sleep(0.2)", 1))
        pool.submit(probe("pass", 2))
        assert outcomes(pool) == [Outcome.SANDBOX_FAILED, Outcome.RETURNED, Outcome.RETURNED]
        assert len(started_from(home)) == 2, "a keeper and its zygote, and no daemon"
        pool.submit(probe(f"import os, time\nos.kill({keeper}, 9)\ntime.sleep(1000)", 3))
        assert outcomes(pool) == [Outcome.SANDBOX_FAILED]
        wait_until(lambda: not started_from(home))
    assert not list(home.iterdir())


def test_a_sandbox_whose_home_a_program_takes_away_is_replaced(home: Path) -> None:
    taking = "import os, shutil; shutil.rmtree(os.path.dirname(os.getcwd()))"
    with start_pool(2, layers=()) as pool:
        for number in range(6):
            pool.submit(probe("import time; time.sleep(0.1)" if number % 3 else taking, number))
        # What runs beside it may have lost its folder before it was there.
        assert set(outcomes(pool)) <= {Outcome.RETURNED, Outcome.SANDBOX_FAILED}
        for source in (taking, "import os; assert os.path.isdir(os.getcwd())"):
            pool.submit(probe(source))
            assert outcomes(pool) == [Outcome.RETURNED]
        assert len(started_from(home)) == 2, "a keeper and its zygote"
    assert not list(home.iterdir())


@pytest.mark.parametrize("which", [min, max], ids=["keeper", "zygote"])
def test_a_sandbox_that_is_killed_while_it_starts_is_started_again(
    which: Callable[[list[int]], int], home: Path
) -> None:
    with start_pool(1) as pool:
        pool.prepare()
        wait_until(lambda: len(started_from(home)) == 2)
        os.kill(which(started_from(home)), signal.SIGKILL)
        pool.submit(probe("pass"))
        assert outcomes(pool) == [Outcome.RETURNED]
    assert not list(home.iterdir())


HOST = """
import os, sys, threading
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.start import start_pool

threading.Thread(target=threading.Event().wait, daemon=True).start()
source = '''
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0: time.sleep(1000)
    os._exit(0)
os.wait()
open("here", "w").close()
time.sleep(1000)
'''
with start_pool(2, layers=()) as pool:
    for seed in range(2):
        pool.submit(Probe(parts=(Part(phase="given", source=source),), seed=seed, requires=("scratch",)))
    for _ in pool.results():
        pass
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_quizkit_that_is_killed_leaves_nothing(home: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "TMPDIR": str(home)}
    host = subprocess.Popen([sys.executable, "-c", HOST], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(list(home.glob("quizkit-*/*/here"))) == 2)
        assert len(started_from(home)) == 6, "keeper, zygote, two workers, two daemons"
        host.send_signal(number)
        host.wait(_PATIENCE)
        wait_until(lambda: not started_from(home))
        wait_until(lambda: not list(home.iterdir()))
    finally:
        host.kill()
        host.wait()


def test_a_sandbox_that_cannot_start_says_why(
    monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    broken = tmp_path_factory.mktemp("broken") / "python"
    broken.write_text("#!/bin/sh\necho torch is not at home >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with start_pool(1) as pool:
        pool.submit(probe("pass"))
        with pytest.raises(SandboxError, match=r"did not start(.|\n)*torch is not at home"):
            list(pool.results())
    assert not list(home.iterdir())


def test_pools_of_several_threads_outlive_them(home: Path) -> None:
    source = "import torch; x = torch.randn(800, 800) @ torch.randn(800, 800)"
    before = descriptors()
    pools = [start_pool(1) for _ in range(2)]
    found: list[Outcome] = []

    def use(pool: Pool) -> None:
        pool.submit(probe(source))
        found.extend(outcomes(pool))

    threads = [threading.Thread(target=use, args=(pool,), daemon=True) for pool in pools]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE)
    for pool in pools:
        use(pool)
    assert found == [Outcome.RETURNED] * 4
    pools[0].submit(probe("import time; time.sleep(1000)"))
    pools[0].submit(probe("pass", 1))
    threading.Timer(0.2, signal.pthread_kill, (threading.get_ident(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        next(pools[0].results())
    for pool in pools:
        pool.close()
    assert not started_from(home) and not list(home.iterdir())
    assert descriptors() == before

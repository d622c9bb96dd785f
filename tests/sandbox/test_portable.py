"""The portable sandbox, forced on this platform: the same contract, where its bounds reach."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from quizkit.cli import quizkit_command
from quizkit.errors import SandboxError, UsageError
from quizkit.model.confinement import Confinement
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Part, Probe
from quizkit.sandbox import portable_pool
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.portable_pool import PortablePool
from quizkit.sandbox.selftest.cases import cases
from quizkit.sandbox.selftest.check import HONEST, check
from quizkit.sandbox.start import FORCED, confinement, is_portable, start_pool

CASES = ("break-builtins", "daemon", "fill-scratch", "flood-stdout", "loop-forever", "remove-own-home", "timer")
PATIENCE = 60.0


def _run(pool: Pool, probe: Probe) -> Evidence:
    pool.submit(probe)
    [(_, evidence)] = pool.results()
    return evidence


def test_tricks_within_its_reach_are_contained() -> None:
    chosen = [case for case in cases() if case.name in CASES]
    with PortablePool(2) as pool:
        checked = list(check(chosen, pool, Confinement(layers=())))
    assert {each.case.name: each.problems for each in checked if each.problems} == {}
    assert [each.case.name for each in checked if each.skipped] == ["daemon"]


def test_evidence_is_that_of_the_other_sandbox(pool: Pool) -> None:
    with PortablePool(1) as portable:
        here = _run(portable, HONEST)
    assert here.model_dump(exclude={"observed"}) == _run(pool, HONEST).model_dump(exclude={"observed"})


@pytest.mark.parametrize(
    ("number", "remedy"), [(errno.EAGAIN, "lower --jobs"), (errno.ENOSPC, "make room in"), (errno.EACCES, "TMPDIR")]
)
def test_what_cannot_be_started_is_told_with_a_remedy(
    number: int, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(portable_pool, "_started", refuse)
    with PortablePool(1) as portable, pytest.raises(SandboxError, match=remedy) as caught:
        _run(portable, HONEST)
    assert os.strerror(number) in str(caught.value)


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL])
def test_an_interpreter_that_is_gone_before_it_is_fed_decides_nothing(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows tells a broken pipe as an argument that is not valid."""

    class Broken:
        closed = False

        def write(self, _: bytes) -> None:
            raise OSError(number, os.strerror(number))

        def close(self) -> None:
            self.closed = True

    def gone(home: Path) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.close()
        monkeypatch.setattr(process, "stdin", Broken())
        return process

    monkeypatch.setattr(portable_pool, "_started", gone)
    with PortablePool(1) as portable:
        assert _run(portable, HONEST).outcome is Outcome.SANDBOX_FAILED


def test_it_is_chosen_by_name_and_confines_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCED, "portable")
    assert is_portable()
    assert not confinement().is_full
    with start_pool(1) as pool:
        assert isinstance(pool, PortablePool)


def test_a_name_that_no_sandbox_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCED, "prtable")
    ran = CliRunner().invoke(quizkit_command, ["doctor"])
    assert isinstance(ran.exception, UsageError) and "say `portable`" in str(ran.exception)
    assert ran.exception.exit_code == 2
    monkeypatch.setenv(FORCED, "")
    assert is_portable() == (sys.platform != "linux")


HOST = """
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.portable_pool import PortablePool

source = '''
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"]).pid, flush=True)
open("here", "w").close()
while True: pass
'''
with PortablePool(1) as pool:
    pool.submit(Probe(parts=(Part(phase="given", source=source),), requires=("scratch",)))
    list(pool.results())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there a folder in use cannot be removed")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_quizkit_that_is_killed_leaves_nothing(tmp_path: Path, name: str) -> None:
    host = subprocess.Popen(
        [sys.executable, "-c", HOST], env={**os.environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: bool(list(tmp_path.glob("quizkit-*/folder/here"))))
        started = psutil.Process(host.pid).children(recursive=True)
        assert len(started) == 2, "the worker, and what it started"
        host.send_signal(signal.Signals[name])
        host.wait(PATIENCE)
        wait_until(lambda: not any(process.is_running() and process.status() != "zombie" for process in started))
        wait_until(lambda: not list(tmp_path.iterdir()))
    finally:
        host.kill()
        host.wait()


def test_the_lifeline_is_none_of_a_programs_threads() -> None:
    part = Part(phase="given", source="import threading")
    with PortablePool(1) as portable:
        evidence = _run(portable, Probe(parts=(part,), expectations={"one": "threading.active_count() == 1"}))
    assert evidence.expectations["one"].holds is True


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; a machine under load takes its time, and only a fault takes all of it."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)

"""Ordinary programs notice nothing of the walls: their evidence is that of a run without Landlock and seccomp."""

import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import confinement, start_pool

pytestmark = pytest.mark.skipif(not confinement().is_full, reason=f"confinement here is {confinement()}")

PRELUDE = """
import io, math, os, sys, time
import numpy as np
import torch
from torch import nn
from torchvision import models, transforms
"""

HONEST = {
    "arithmetic": "y = torch.einsum('ij,jk->ik', torch.randn(3, 4), torch.randn(4, 5)).sum().item()",
    "a model": "y = models.resnet18(weights='DEFAULT').eval()(torch.zeros(1, 3, 64, 64)).argmax().item()",
    "training": """
        model = nn.Linear(4, 2)
        optimizer = torch.optim.Adam(model.parameters())
        for _ in range(3):
            loss = nn.functional.cross_entropy(model(torch.randn(8, 4)), torch.randint(2, (8,)))
            optimizer.zero_grad(); loss.backward(); optimizer.step()
        y = round(loss.item(), 4)
    """,
    "a data loader": """
        from torch.utils.data import DataLoader, TensorDataset
        data = TensorDataset(torch.arange(10.0).view(10, 1), torch.arange(10))
        y = [int(target.sum()) for _, target in DataLoader(data, batch_size=4, shuffle=True)]
    """,
    "transforms": """
        from PIL import Image
        image = Image.fromarray(np.arange(3072, dtype=np.uint8).reshape(32, 32, 3))
        steps = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.Resize(16), transforms.ToTensor()])
        y = steps(image).shape
    """,
    "threads": """
        import threading
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(8) as executor:
            y = sum(executor.map(lambda n: torch.ones(n).sum().item(), range(50)))
        threading.current_thread().name = "renamed"
    """,
    "asyncio": """
        import asyncio
        async def main():
            await asyncio.sleep(0.01)
            inner = await asyncio.to_thread(lambda: 20)
            return inner + sum(await asyncio.gather(*(asyncio.sleep(0, n) for n in range(3))))
        y = asyncio.run(main())
    """,
    "torch.jit": """
        @torch.jit.script
        def double(x: torch.Tensor) -> torch.Tensor:
            return x * 2
        traced = torch.jit.trace(nn.Linear(2, 1), torch.ones(1, 2))
        y = (double(torch.ones(2)).tolist(), str(traced.graph)[:20])
    """,
    "torch.compile": """
        model = torch.compile(nn.Sequential(nn.Linear(4, 3), nn.ReLU()), backend="eager")
        y = model(torch.ones(2, 4)).shape
    """,
    "a mode of torch's own": """
        from torch.utils.flop_counter import FlopCounterMode
        with FlopCounterMode(display=False) as counter:
            nn.Linear(4, 2)(torch.ones(3, 4))
        y = counter.get_total_flops()
    """,
    "torch.export": """
        program = torch.export.export(nn.Linear(4, 3), (torch.ones(2, 4),))
        y = len(list(program.graph.nodes))
    """,
    "own source": """
        import inspect
        def f(x):
            return x + 1
        y = (inspect.getsource(f), len(inspect.getsource(nn.Linear)) > 100)
    """,
    "a traceback": """
        import traceback
        try:
            nn.Linear(2, 1)(torch.ones(1, 3))
        except RuntimeError:
            y = traceback.format_exc()
    """,
    "modules loaded late": """
        import decimal, email, html, http, json, logging, sqlite3, statistics, unittest, wave, xml, zipfile
        import torch.distributed, torch.fx, torch.profiler, torch.utils.checkpoint, torchvision.datasets
        database = sqlite3.connect(":memory:")
        y = database.execute("select 1 + 1").fetchall()
    """,
    "the machine": """
        import locale, mimetypes, platform, resource, socket, sysconfig, zoneinfo
        y = (
            os.cpu_count(), len(os.sched_getaffinity(0)), platform.platform(), platform.libc_ver(),
            locale.setlocale(locale.LC_ALL, ""), time.tzname, str(zoneinfo.ZoneInfo("Europe/Paris")),
            mimetypes.guess_type("a.png"), sysconfig.get_config_var("VERSION"), socket.gethostname(),
            resource.getrlimit(resource.RLIMIT_NOFILE), os.getuid(), os.getpriority(os.PRIO_PROCESS, 0),
            len(os.getloadavg()), os.isatty(0), open("/dev/null").isatty(), len(os.urandom(4)), os.uname().machine,
            platform.freedesktop_os_release().get("ID"), len(os.listdir("/sys/devices/system/cpu")) > 3,
        )
    """,
    "about itself": """
        import gc, getpass, tracemalloc
        status = open("/proc/self/status").read()
        y = ("VmRSS" in status, len(os.listdir("/proc/self/fd")) < 9, len(os.listdir("/proc/self/task")),
             "libtorch" in open("/proc/self/maps").read(), gc.isenabled(), sys.stdin.read(), os.listdir())
    """,
    "signals": """
        import signal, threading
        seen = []
        signal.signal(signal.SIGALRM, lambda *_: seen.append("alarm"))
        signal.signal(signal.SIGUSR1, lambda *_: seen.append("usr1"))
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        signal.pause()
        os.kill(os.getpid(), signal.SIGUSR1)
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        signal.raise_signal(signal.SIGUSR1)
        y = seen
    """,
    "pipes and pairs": """
        import fcntl, select, socket
        read, write = os.pipe()
        os.set_blocking(read, False); os.write(write, b"x")
        left, right = socket.socketpair()
        left.sendall(b"abc"); left.settimeout(1); left.shutdown(socket.SHUT_WR)
        y = (os.read(read, 9), right.recv(9), right.recv(9), select.select([right], [], [], 0)[0] == [right],
             fcntl.fcntl(read, fcntl.F_GETFL) & os.O_NONBLOCK > 0, left.family.name)
    """,
    "anonymous memory": """
        import ctypes, mmap
        shared = mmap.mmap(-1, 4096); shared.write(b"abc"); shared.seek(0)
        callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: n + 1)
        y = (shared.read(3), callback(2))
    """,
    "randomness": "import secrets, uuid; y = (len(uuid.uuid4().hex), len(secrets.token_hex()), torch.rand(1).item())",
    "files that are not there": """
        y = []
        for attempt in (lambda: open("/no/such/file"), lambda: os.listdir("/nowhere"), lambda: os.stat("/nothing")):
            try:
                attempt()
            except OSError as error:
                y.append(str(error))
    """,
}

RAISING = {
    "a module that is not there": "import no_such_module",
    "the wrong shape": "nn.Linear(2, 1)(torch.ones(1, 3))",
    "a device that is not there": "torch.ones(1).to('cuda')",
    "recursion": "def f(): f()\nf()",
}

SCRATCH = {
    "save and load": """
        model = models.resnet18(weights="DEFAULT")
        torch.save(model.state_dict(), "weights.pt")
        other = models.resnet18()
        y = (str(other.load_state_dict(torch.load("weights.pt"))), os.path.getsize("weights.pt") > 1e6)
    """,
    "mapped": """
        torch.save({"x": torch.arange(1000)}, "x.pt")
        y = torch.load("x.pt", mmap=True)["x"].sum().item()
        mapped = np.memmap("m.bin", dtype=np.float32, mode="w+", shape=(100,)); mapped[:] = 2; mapped.flush()
        y += float(np.memmap("m.bin", dtype=np.float32, mode="r").sum())
        np.savez("a.npz", a=np.arange(3)); y += int(np.load("a.npz")["a"].sum())
        y += torch.from_file("f.bin", shared=True, size=8).zero_().sum().item()
    """,
    "files of every kind": """
        import shutil, tempfile
        from pathlib import Path
        os.makedirs("a/b/c"); Path("a/b/c/f").write_text("x" * 10_000)
        os.symlink("f", "a/b/c/link"); os.link("a/b/c/f", "a/g"); os.rename("a/g", "h"); os.replace("h", "a/b/h")
        shutil.copyfile("a/b/h", "copy");
        with open("copy", "r+") as file:
            file.truncate(10); file.seek(0, 2); file.write("tail"); file.flush(); os.fsync(file.fileno())
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as named:
            Path(folder, "x").touch(); named.write(b"y"); inside = folder.startswith(os.getcwd())
        shutil.rmtree("a")
        y = (Path("copy").read_text(), sorted(os.listdir()), inside, os.access(".", os.W_OK))
    """,
    "a database": """
        import sqlite3
        database = sqlite3.connect("data.db")
        database.execute("create table t (x)"); database.execute("insert into t values (1)"); database.commit()
        y = database.execute("select * from t").fetchall()
    """,
    "archives": """
        import tarfile, zipfile
        open("x", "w").write("x")
        with zipfile.ZipFile("x.zip", "w") as archive: archive.write("x")
        with tarfile.open("x.tar", "w") as archive: archive.add("x")
        y = (zipfile.ZipFile("x.zip").namelist(), tarfile.open("x.tar").getnames(), os.path.exists("x"))
    """,
    "logs": """
        from torch.utils.data import DataLoader
        import csv, json, logging, pickle
        logging.basicConfig(filename="log", level="INFO"); logging.info("hello")
        json.dump({"a": 1}, open("j.json", "w")); pickle.dump([1], open("p", "wb"))
        y = (open("log").read(), json.load(open("j.json")), pickle.load(open("p", "rb")))
    """,
}


@pytest.fixture(scope="module")
def open_pool() -> Iterator[Pool]:
    """A pool with neither Landlock nor seccomp."""
    with start_pool(2, layers=()) as pool:
        yield pool


def evidence_of(pool: Pool, source: str, **asked: Any) -> Evidence:
    parts = (Part(phase="given", source=textwrap.dedent(source)),)
    pool.submit(Probe(prelude=PRELUDE, parts=parts, observe="y", expectations={"one": "1 == 1"}, **asked))
    [(_, evidence)] = pool.results()
    return evidence


def same(outcome: Outcome, pool: Pool, open_pool: Pool, source: str, **asked: Any) -> Evidence:
    """Run it inside and outside, compare, and return the evidence; the program must end as it is meant to."""
    inside, outside = (evidence_of(each, source, **asked) for each in (pool, open_pool))
    assert inside.outcome is outcome, f"{inside.reason or inside.raised}\n{inside.stderr}"
    assert inside.model_dump(exclude={"observed"}) == outside.model_dump(exclude={"observed"})
    return inside


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_program_gives_the_same_evidence(name: str, pool: Pool, open_pool: Pool) -> None:
    same(Outcome.RETURNED, pool, open_pool, HONEST[name])


@pytest.mark.parametrize("name", RAISING)
def test_an_honest_program_raises_the_same(name: str, pool: Pool, open_pool: Pool) -> None:
    same(Outcome.RAISED, pool, open_pool, RAISING[name])


@pytest.mark.parametrize("name", SCRATCH)
def test_an_honest_program_with_scratch_gives_the_same_evidence(name: str, pool: Pool, open_pool: Pool) -> None:
    same(Outcome.RETURNED, pool, open_pool, SCRATCH[name], requires=("scratch",))


def test_large_operations_on_several_threads(pool: Pool, open_pool: Pool) -> None:
    source = "a = torch.randn(1200, 1200); y = (torch.get_num_threads(), ((a @ a) > 0).sum().item() > 1000)"
    found = same(Outcome.RETURNED, pool, open_pool, source, limits=Limits(threads=2))
    assert found.observe is not None and found.observe.value is not None
    assert found.observe.value.text == "(2, True)"

"""Landlock in every version of its interface that this kernel has: an older kernel is tried by using less of it."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux alone has Landlock", allow_module_level=True)

from quizkit.model.evidence import Outcome
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.confine import kernel, landlock, privileges, view
from quizkit.sandbox.start import confinement, start_pool

VERSIONS = range(1, landlock.version() + 1)
versions = pytest.mark.parametrize("known", VERSIONS)


def in_child(work: Callable[[], None]) -> str:
    """Do the work in a process of its own; return what it raised, as text."""
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        said = ""
        try:
            work()
        except BaseException as error:  # noqa: BLE001
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(write, said.encode())
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return said


def confined(known: int, folder: Path, act: Callable[[], object]) -> str:
    """Return what an action raises in a process that may write to `folder`, with Landlock alone."""

    def work() -> None:
        privileges.forgo_new()
        landlock.restrict(view.grants(folder, is_scratch=True, weights=None), known)
        act()

    return in_child(work)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that may be written to; `secret` and `inner` lie beside it and in it."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "own" / "inner").mkdir(parents=True)
    (tmp_path / "own" / "file").write_text("own")
    return tmp_path / "own"


@versions
def test_its_own_folder_is_open(known: int, folder: Path) -> None:
    def act() -> None:
        (folder / "new").write_text("x")
        (folder / "new").rename(folder / "renamed")
        (folder / "renamed").unlink()
        (folder / "inner" / "deeper").mkdir()
        (folder / "link").symlink_to("file")
        assert (folder / "link").read_text() == "own"
        os.truncate(folder / "file", 0)
        if known >= 2:
            (folder / "file").rename(folder / "inner" / "file")

    assert confined(known, folder, act) == ""


def follow(place: Path) -> None:
    (place / "own" / "link").symlink_to("../secret")
    (place / "own" / "link").read_text()


OUTSIDE: dict[str, Callable[[Path], object]] = {
    "read": lambda place: (place / "secret").read_text(),
    "list": lambda place: list(place.iterdir()),
    "append": lambda place: (place / "secret").open("a"),
    "create": lambda place: (place / "new").touch(),
    "remove": lambda place: (place / "secret").unlink(),
    "make a folder": lambda place: (place / "new").mkdir(),
    "make a link": lambda place: (place / "new").symlink_to("x"),
    "move in": lambda place: (place / "secret").rename(place / "own" / "secret"),
    "move out": lambda place: (place / "own" / "file").rename(place / "file"),
    "link in": lambda place: (place / "own" / "secret").hardlink_to(place / "secret"),
    "link out": lambda place: (place / "file").hardlink_to(place / "own" / "file"),
    "follow a link": follow,
    "a fifo": lambda place: os.mkfifo(place / "own" / "fifo"),
    "a device": lambda place: os.mknod(place / "own" / "null", 0o20666, os.makedev(1, 3)),
}


@versions
@pytest.mark.parametrize("name", OUTSIDE)
def test_all_else_is_closed(known: int, name: str, folder: Path) -> None:
    said = confined(known, folder, lambda: OUTSIDE[name](folder.parent))
    assert said.startswith(("PermissionError", "OSError: [Errno 18]")), said
    assert (folder.parent / "secret").read_text() == "secret"


SINCE: dict[str, tuple[int, Callable[[Path], object]]] = {
    "truncate": (3, lambda place: os.truncate(place / "secret", 0)),
    "connect": (4, lambda _: socket.create_connection(("127.0.0.1", 9))),
    "bind": (4, lambda _: socket.create_server(("127.0.0.1", 0))),
    "signal": (6, lambda _: os.kill(os.getppid(), 0)),
}
"""What a version guards that those before it leave to seccomp."""


@versions
@pytest.mark.parametrize("name", SINCE)
def test_what_newer_versions_guard(known: int, name: str, folder: Path) -> None:
    since, act = SINCE[name]
    said = confined(known, folder, lambda: act(folder.parent))
    assert said.startswith("PermissionError") == (known >= since), said


@versions
def test_abstract_sockets(known: int, folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(f"\0quizkit-{os.getpid()}-{known}")
        server.listen()
        said = confined(known, folder, lambda: client.connect(server.getsockname()))
    assert said.startswith("PermissionError") == (known >= 6), said


def test_without_an_interface_nothing_is_believed(folder: Path) -> None:
    assert "OSError" in confined(0, folder, lambda: None)


@pytest.mark.parametrize("number", [1, 38, 95])
def test_a_kernel_without_landlock_is_told_beforehand(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def call(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(kernel, "call", call)
    landlock.version.cache_clear()
    try:
        assert landlock.version() == 0
        assert "landlock" in confinement().missing
        assert "landlock" in str(confinement())
    finally:
        landlock.version.cache_clear()


def test_weights_are_shown_and_nothing_beside_them(folder: Path) -> None:
    kept = folder.parent / "torch" / "hub" / "checkpoints"
    kept.mkdir(parents=True)
    (kept / "weights.pth").write_text("weights")
    (kept.parent / "trusted_list").write_text("secret")

    def act() -> None:
        privileges.forgo_new()
        shown = view.grants(folder, is_scratch=False, weights=folder.parent / "torch")
        landlock.restrict(shown, landlock.version())
        assert (kept / "weights.pth").read_text() == "weights"
        for closed in (kept.parent / "trusted_list", folder.parent / "secret"):
            with pytest.raises(PermissionError):
                closed.read_text()
        with pytest.raises(PermissionError):
            (kept / "weights.pth").write_text("changed")

    assert in_child(act) == ""


def test_a_layer_that_is_not_known_is_not_passed_over() -> None:
    with start_pool(1, layers=("landlock", "secomp")) as misled:
        misled.submit(Probe(parts=(Part(phase="given", source="print('ran')"),)))
        [(_, evidence)] = misled.results()
    assert evidence.outcome is Outcome.SANDBOX_FAILED
    assert "secomp" in evidence.reason and evidence.stdout == ""


def test_what_a_probe_sees_is_nobodys_own() -> None:
    seen = [Path(path) for path, _ in view.grants(Path("/nowhere"), is_scratch=False, weights=None)]
    closed = [
        Path("/"),
        Path("/etc"),
        Path("/tmp"),
        Path("/proc"),
        Path.home(),
        Path(__file__).parents[2],
        Path("/usr"),
    ]
    assert not [path for path in closed if path in seen]

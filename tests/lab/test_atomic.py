"""Files are there whole or not at all, and what a killed writer leaves is removed, and nothing else."""

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import quizkit
from quizkit.lab.atomic import drafts, remove_orphans, written_whole

WRITER = textwrap.dedent("""\
    import sys, time
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    from quizkit.lab.atomic import written_whole
    with written_whole(Path(sys.argv[2])) as draft:
        draft.write_bytes(b"half")
        print(draft, flush=True)
        sys.stdin.readline()
        draft.write_bytes(b"whole")
""")
ROOT = str(Path(quizkit.__file__).parents[1])


def writer(target: Path) -> tuple["subprocess.Popen[str]", Path]:
    """Return a process that has written half of a file and waits, and its draft."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, ROOT, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "file.json"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), written_whole(target) as draft:
        draft.write_text("half")
        assert 1 / 0
    assert target.read_text() == "old" and list(tmp_path.iterdir()) == [target]
    with written_whole(target) as draft:
        draft.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new" and list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_told_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"No space left on device: .*file\.npy"), written_whole(tmp_path / "file.npy"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(ConnectionResetError) as caught, written_whole(tmp_path / "file.npy"):
        raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
    assert caught.value.filename is None and not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")
def test_only_what_a_dead_writer_has_left_is_removed(tmp_path: Path) -> None:
    (killed, orphan), (alive, draft) = (writer(tmp_path / "below" / name) for name in ("a.npy", "b.npy"))
    killed.kill()
    killed.communicate()
    others = [tmp_path / name for name in (".hidden", ".cache.json", "data.1", "below/c.npy")]
    for other in others:
        other.write_text("mine")
    assert set(drafts(tmp_path)) == {orphan, draft}
    remove_orphans(tmp_path)
    assert not orphan.exists() and draft.read_bytes() == b"half" and all(map(Path.exists, others))
    alive.communicate("\n")
    assert (tmp_path / "below" / "b.npy").read_bytes() == b"whole"
    assert not list(drafts(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")
def test_an_orphan_of_ones_own_name_is_no_obstacle(tmp_path: Path) -> None:
    """Processes of containers have the same few numbers each time."""
    (tmp_path / f".file.{os.getpid()}").write_bytes(b"far longer than what comes")
    with written_whole(tmp_path / "file") as draft:
        draft.write_bytes(b"short")
        remove_orphans(tmp_path)
    assert (tmp_path / "file").read_bytes() == b"short" and not list(drafts(tmp_path))

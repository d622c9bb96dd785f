"""Where reports go: readers that leave, files that are replaced whole, places that cannot be written."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from goldens import written
from sample_events import everything, finished, interrupted

from quizkit.errors import ExitCode, UsageError
from quizkit.model.event import VerifyEvent
from quizkit.report import FORMATS, open_output, write, write_mutation
from quizkit.report.outlet import Outlet

HERE = Path(__file__).parent


def seen(events: list[VerifyEvent], into: list[VerifyEvent]) -> Iterator[VerifyEvent]:
    """Yield the events, noting each that was asked for."""
    for event in events:
        into.append(event)
        yield event


@pytest.mark.parametrize("form", FORMATS)
def test_a_reader_that_left_changes_nothing_else(form: str) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    asked: list[VerifyEvent] = []
    with os.fdopen(write_end, "w", encoding="utf-8") as out:
        end = write(seen(everything(), asked), form, out, io.StringIO())
    assert end == finished()
    assert asked == everything()


def run(code: str, out: int) -> tuple[int, str]:
    """Run Python on `code`, with the samples at hand and writing to `out`; return its exit code and its talk."""
    program = f"import sys; sys.path.insert(0, {str(HERE)!r}); {code}"
    ended = subprocess.run(
        [sys.executable, "-c", program], stdout=out, stderr=subprocess.PIPE, text=True, check=False
    )
    return ended.returncode, ended.stderr


def test_the_exit_code_stays_true_when_the_reader_left() -> None:
    code = (
        "from sample_events import everything; from quizkit.report import write; "
        "sys.exit(write(everything(), 'json', sys.stdout, sys.stderr).exit_code)"
    )
    read_end, write_end = os.pipe()
    os.close(read_end)
    assert run(code, write_end) == (int(ExitCode.REFUTED), "")
    os.close(write_end)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is of Linux")
def test_a_full_disk_is_told_once() -> None:
    code = (
        "from sample_events import everything; from quizkit.report import write\n"
        "try: write(everything(), 'json', sys.stdout, sys.stderr)\n"
        "except Exception as error: print(type(error).__name__, error, file=sys.stderr); sys.exit(2)"
    )
    full = os.open("/dev/full", os.O_WRONLY)
    ended = run(code, full)
    os.close(full)
    told = "cannot write the report: No space left on device; choose a place that can be written with -o FILE"
    assert ended == (2, f"UsageError {told}\n")


def test_what_an_encoding_lacks_is_written_out() -> None:
    got = io.BytesIO()
    stream = io.TextIOWrapper(got, encoding="ascii")
    Outlet(stream).put("→ ✓ tensor([1, 2])")
    assert got.getvalue() == rb"\u2192 \u2713 tensor([1, 2])"


@pytest.mark.parametrize("form", FORMATS)
def test_ctrl_c_in_the_middle_of_a_write_does_not_cut_the_report(form: str) -> None:
    class Interrupting(io.StringIO):
        writes = 0

        def write(self, text: str, /) -> int:
            written = super().write(text)
            self.writes += 1
            if self.writes == 1:
                raise KeyboardInterrupt
            return written

    out = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        write(everything(), form, out, io.StringIO())
    report = out.getvalue()
    if form == "junit":
        assert report == written(everything(), "junit")  # Whose only write is its last.
    elif form == "json":
        assert json.loads(report)["summary"]["stopped"] == "interrupted"
    else:
        assert re.search(r"Interrupted; \d of 20 judged", report)


def old(folder: Path) -> Path:
    """Return a file with an old report."""
    file = folder / "report.json"
    file.write_text("old", encoding="utf-8")
    return file


def test_a_file_is_replaced_when_the_report_is_whole(tmp_path: Path) -> None:
    file = old(tmp_path)
    with open_output(file) as out:
        write(everything(), "json", out, io.StringIO())
        assert file.read_text(encoding="utf-8") == "old"
    assert file.read_text(encoding="utf-8") == written(everything(), "json")
    assert list(tmp_path.iterdir()) == [file]


def test_an_interrupted_report_is_whole(tmp_path: Path) -> None:
    file = old(tmp_path)
    with pytest.raises(KeyboardInterrupt), open_output(file) as out:
        write(interrupted(), "json", out, io.StringIO(), clock=lambda: 0.0)
    assert file.read_text(encoding="utf-8") == written(interrupted(), "json")
    assert list(tmp_path.iterdir()) == [file]


def test_a_fault_leaves_the_old_report(tmp_path: Path) -> None:
    def events() -> Iterator[VerifyEvent]:
        yield from everything()[:5]
        raise ZeroDivisionError

    file = old(tmp_path)
    with pytest.raises(ZeroDivisionError), open_output(file) as out:
        write(events(), "json", out, io.StringIO())
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link = old(tmp_path), tmp_path / "latest.json"
    link.symlink_to(file.name)
    with open_output(link) as out:
        out.write("new")
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="descriptors have names on POSIX only")
def test_a_pipe_is_written_to_directly() -> None:
    read_end, write_end = os.pipe()
    with open_output(Path(f"/dev/fd/{write_end}")) as out:
        out.write("through the pipe")
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as reader:
        assert reader.read() == "through the pipe"


def circle(folder: Path) -> Path:
    """Return a link that leads to itself."""
    link = folder / "circle"
    link.symlink_to(link)
    return link


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (lambda folder: folder, "it is a folder"),
        (lambda folder: folder / "missing" / "report.json", "No such file or directory"),
        (lambda folder: old(folder) / "report.json", "Not a directory"),
        (lambda folder: folder / ("x" * 300), "File name too long"),
        (circle, "Too many levels of symbolic links"),
    ],
    ids=["folder", "missing folder", "file as folder", "long name", "circle"],
)
@pytest.mark.skipif(sys.platform == "win32", reason="messages of POSIX")
def test_an_unwritable_place_is_an_error_for_people(tmp_path: Path, place: Callable[[Path], Path], why: str) -> None:
    with pytest.raises(UsageError, match=f"cannot write .*{why}"), open_output(place(tmp_path)):
        pytest.fail("there is nothing to write to")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user who is denied something")
def test_a_folder_that_may_not_be_entered_is_an_error_for_people(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    with pytest.raises(UsageError, match="Permission denied"), open_output(closed / "report.json"):
        pytest.fail("there is nothing to write to")


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no format 'html'.*text, json, junit, github"):
        write([], "html", io.StringIO(), io.StringIO())
    with pytest.raises(UsageError, match=r"no format 'junit'.*text, json$"):
        write_mutation([], "junit", io.StringIO(), io.StringIO())

"""Talk while a verification runs never mixes with its report, and leaves nothing behind."""

import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are of POSIX", allow_module_level=True)

import termios

from goldens import FOLDER, written
from sample_events import everything, finished, proved
from sample_mutations import mutation
from terminal import Screen

from quizkit.model.event import ProbeFinished, VerificationStarted, VerifyEvent
from quizkit.report import write, write_mutation

Event = TypeVar("Event")

PATIENCE = 6000
"""Hundredths of a second to wait for what must happen; a test that works never waits so long."""


class Clock:
    """Time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def slowly(self, events: Iterable[Event], seconds: float) -> Iterator[Event]:
        """Yield the events, each after some seconds."""
        for event in events:
            self.now += seconds
            yield event


class Terminal:
    """A pseudo-terminal of 80 columns, and everything that was written to it."""

    def __init__(self) -> None:
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        self.stream = os.fdopen(slave, "w", encoding="utf-8")
        self._output = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        # Linux ends the reading of a pseudo-terminal that nobody holds any more with an error.
        try:
            while chunk := os.read(self._master, 4096):
                self._output += chunk
        except OSError:
            pass

    def so_far(self) -> str:
        """Return what it was sent by now."""
        return bytes(self._output).decode(errors="replace")

    def output(self) -> str:
        """Close the terminal, and return what it was sent."""
        self.stream.close()
        self._reader.join()
        os.close(self._master)
        return self._output.decode().replace("\r\n", "\n\r")


def on_terminal(use: Callable[[TextIO], object]) -> str:
    """Return what `use` sends to a terminal."""
    terminal = Terminal()
    try:
        use(terminal.stream)
    finally:
        output = terminal.output()
    return output


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def test_a_log_gets_a_line_every_ten_seconds() -> None:
    clock, talk = Clock(), io.StringIO()
    events: list[VerifyEvent] = [
        VerificationStarted(items=4, environment="here", confinement="full"),
        ProbeFinished(finished=1, planned=9, is_cached=False),
        proved("loops", "first", 1),
        proved("loops", "second", 1),
        finished(),
    ]
    write(clock.slowly(events, 4), "json", io.StringIO(), talk, clock=clock)
    assert talk.getvalue() == "quizkit: 1/4 judged, 1 probe\n"


def test_a_log_is_told_how_long_the_rest_will_take() -> None:
    clock, talk = Clock(), io.StringIO()
    events: list[VerifyEvent] = [
        VerificationStarted(items=121, environment="here", confinement="full"),
        *(proved("loops", f"item-{number}", 1) for number in range(121)),
        finished(),
    ]
    write(clock.slowly(events, 2), "json", io.StringIO(), talk, clock=clock)
    told = talk.getvalue().splitlines()
    assert told[0] == "quizkit: 4/121 judged, about 4 min left"
    assert told[12] == "quizkit: 64/121 judged, about 2 min left"
    assert told[-1] == "quizkit: 119/121 judged, about 10 s left"


def test_a_log_gets_nothing_of_what_is_over_soon() -> None:
    clock, talk = Clock(), io.StringIO()
    write(clock.slowly(everything(), 0.1), "json", io.StringIO(), talk, clock=clock)
    assert talk.getvalue() == ""


def test_a_mutation_test_says_how_many_mutants_were_judged() -> None:
    clock, talk = Clock(), io.StringIO()
    write_mutation(clock.slowly(mutation(), 2.5), "json", io.StringIO(), talk, clock=clock)
    assert talk.getvalue().splitlines() == [
        "quizkit: 3 mutants, 1 survived, 1 probe",
        "quizkit: 7 mutants, 1 survived, 1 probe",
    ]


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_live_line_shares_a_terminal_with_the_report_and_leaves_no_trace(form: str) -> None:
    clock = Clock()
    output = on_terminal(lambda tty: write(clock.slowly(everything(), 0.2), form, tty, tty, clock=clock))
    assert "8/20 judged" in output
    assert "2 probes" in output
    screen = Screen(output)
    golden = {"text": "everything.txt", "json": "everything.json"}[form]
    assert screen.text == (FOLDER / golden).read_text(encoding="utf-8")
    assert screen.has_cursor


def test_the_live_line_is_all_that_a_terminal_sees_of_a_report_for_elsewhere() -> None:
    clock, out = Clock(), io.StringIO()
    output = on_terminal(lambda tty: write(clock.slowly(everything(), 0.2), "text", out, tty, clock=clock))
    assert "20/20 judged" in output
    screen = Screen(output)
    assert (screen.text, screen.has_cursor) == ("\n", True)
    assert out.getvalue() == written(everything(), "text")


def test_the_live_line_appears_though_nothing_is_heard() -> None:
    clock = Clock()
    seen: list[str] = []

    def use(terminal: Terminal) -> None:
        def events() -> Iterator[VerifyEvent]:
            clock.now += 10
            for _ in range(PATIENCE):
                if "starting" in terminal.so_far():
                    seen.append("the line")
                    break
                time.sleep(0.01)
            yield finished()

        write(events(), "json", io.StringIO(), terminal.stream, clock=clock)

    terminal = Terminal()
    try:
        use(terminal)
    finally:
        output = terminal.output()
    assert seen == ["the line"]
    assert Screen(output).has_cursor


def test_what_is_over_soon_has_no_live_line() -> None:
    clock = Clock()
    output = on_terminal(lambda tty: write(clock.slowly(everything(), 0.005), "json", tty, tty, clock=clock))
    assert "\x1b" not in output


def test_the_live_line_reads_no_markup() -> None:
    name = "[bold]x[/] :bug:"
    events: list[VerifyEvent] = [
        VerificationStarted(items=1, environment="here", confinement="full"),
        proved("loops", name, 1),
        ProbeFinished(finished=1, planned=9, is_cached=False),
        finished(),
    ]
    clock = Clock()
    assert name in on_terminal(lambda tty: write(clock.slowly(events, 0.2), "json", io.StringIO(), tty, clock=clock))


def test_the_live_line_is_gone_when_the_verification_is_interrupted() -> None:
    def events() -> Iterator[VerifyEvent]:
        yield from everything()[:12]
        raise KeyboardInterrupt

    def interrupted(tty: TextIO) -> None:
        with pytest.raises(KeyboardInterrupt):
            write(clock.slowly(events(), 0.2), "text", tty, tty, clock=clock)

    clock = Clock()
    screen = Screen(on_terminal(interrupted))
    assert screen.has_cursor
    assert screen.text.endswith("exit code 130\nInterrupted; 8 of 20 judged: 1 refuted, 7 proved.\n")


def test_colour_is_for_terminals() -> None:
    output = on_terminal(lambda tty: write(everything(), "text", tty, tty))
    assert "\x1b[1;31mrefuted" in output
    assert Screen(output).text == written(everything(), "text")


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    clock = Clock()
    output = on_terminal(lambda tty: write(clock.slowly(everything(), 0.2), "text", tty, tty, clock=clock))
    assert "8/20 judged" in output
    coloured = [code for code in Screen(output).colours if code not in {"", "0", "1", "2"}]
    assert not coloured


def test_a_dumb_terminal_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    clock = Clock()
    output = on_terminal(lambda tty: write(clock.slowly(everything(), 0.9), "json", tty, tty, clock=clock))
    assert "\x1b" not in output
    assert "quizkit: 8/20 judged, 1 refuted, 2 probes" in output

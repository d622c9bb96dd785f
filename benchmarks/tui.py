"""How soon the app is there, and how soon it answers a key: both on a real terminal, as a person meets it.

paint: from the start of the process until the home screen is drawn, beside a minimal Textual app that draws one word;
in turns, both as processes that have imported nothing.

keys: from a key until its letter is drawn in the playground's editor, 200 times, while a program that never ends runs
in the sandbox behind it.
"""

import string
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.figures import Figure, Result, Series
from benchmarks.screen import Screen

Say = Callable[[str], None]

_KEYS: Final = 200
_PATTERN: Final = "replacing-classifier-head"
_MINIMAL: Final = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("a-minimal-app")
Minimal().run()
"""


@contextmanager
def _app(*arguments: str) -> Iterator[Screen]:
    with TemporaryDirectory(prefix="quizkit-bench-") as home:
        own = {"XDG_DATA_HOME": home, "XDG_CACHE_HOME": home}
        with Screen([sys.executable, "-m", "quizkit", *arguments], own) as screen:
            yield screen


def _painted() -> float:
    with _app() as screen:
        return screen.wait_for(b"Experiment") - screen.begun


def _minimal_painted() -> float:
    with Screen([sys.executable, "-c", _MINIMAL], {}) as screen:
        return screen.wait_for(b"a-minimal-app") - screen.begun


def paint(rounds: int, say: Say) -> Result:
    """Measure the first paint of the app beside that of a minimal one."""
    own, minimal = [], []
    _painted()
    for number in range(1, rounds + 1):
        own.append(_painted())
        minimal.append(_minimal_painted())
        say(f"round {number} of {rounds}: {own[-1]:.3f} s, a minimal app {minimal[-1]:.3f} s")
    return Result(
        bar="paint",
        about="first paint of the app, beside a minimal Textual app",
        figures=(
            Figure.of("app / minimal", median(a / b for a, b in zip(own, minimal, strict=True)), "x", at_most=2),
            Figure.of("app", median(own), "s"),
        ),
        series=(Series.of("app", "s", own), Series.of("minimal", "s", minimal)),
    )


def keys(rounds: int, say: Say) -> Result:
    """Measure how soon a letter that is typed is drawn, while a program runs."""
    samples = []
    with _app("play", _PATTERN, "--mode", "practice") as screen:
        screen.wait_for(b"1 of 10")
        screen.press(b"1\r")
        screen.wait_for(b"when each option was run")
        screen.rest(0.5)
        screen.press(b"e")
        screen.wait_for(b"Predict first")
        screen.rest(1)
        screen.press(b"\x1b[Z")  # Shift-Tab, to the editor.
        screen.rest(0.5)
        screen.press(b"while True: pass\r")
        screen.rest(0.5)
        screen.press(b"\x12")  # Ctrl-R runs it.
        screen.wait_for(b"Running in the sandbox")
        screen.rest(0.5)
        for number in range(_KEYS * rounds):
            letter = string.ascii_lowercase[number % 26].encode()
            begun = screen.moment()
            screen.press(letter)
            samples.append(1000 * (screen.wait_for(letter, 10) - begun))
            screen.rest(0.02)
            if number % 60 == 59:
                screen.press(b"\r")
                screen.rest(0.1)
    say(f"{len(samples)} keys")
    return Result(
        bar="keys",
        about=f"from a key to what it draws, {_KEYS} keys, while a program runs in the sandbox",
        figures=(
            Figure.of("p95", quantiles(samples, n=20)[-1], "ms", at_most=50),
            Figure.of("p50", median(samples), "ms"),
        ),
        series=(Series.of("key to paint", "ms", samples),),
    )

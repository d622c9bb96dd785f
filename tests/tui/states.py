"""Every meaningful state of the app, by the keys that lead to it; and how to get there."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sample_desk import SampleDesk
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from quizkit.tui.app import QuizkitApp

RIGHT, WRONG = ("1", "enter"), ("2", "enter")
TO_RESULT = (*RIGHT, *WRONG, "1", "2", "enter")
"""Answers the three items of a test: right, wrong, right."""


@dataclass(frozen=True)
class State:
    """A state of the app."""

    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (80, 24)
    theme: str = "quizkit-dark"


STATES: dict[str, State] = {
    "home": State(),
    "home-light": State(theme="quizkit-light"),
    "home-wide": State(size=(120, 40)),
    "too-small": State(size=(60, 20)),
    "help": State(("question_mark",)),
    "question": State(("7",)),
    "question-hints": State(("7", "h", "h"), theme="quizkit-light"),
    "several": State(("7", *RIGHT, "enter", *RIGHT, "enter", "1", "2")),
    "right": State(("7", *RIGHT)),
    "wrong": State(("7", *WRONG), size=(120, 40)),
    "wrong-light": State(("7", *WRONG), size=(80, 60), theme="quizkit-light"),
    "challenge": State(("8", *WRONG)),
    "card": State(("6",)),
    "card-flipped": State(("6", "enter")),
    "result": State(("9", *TO_RESULT)),
    "concepts": State(("9", *TO_RESULT, "c")),
    "answer": State(("9", *TO_RESULT, "down", "enter"), theme="quizkit-light"),
    "proof": State(("7", *RIGHT, "p")),
    "proof-live": State(("7", *RIGHT, "l")),
    "playground": State(("7", *RIGHT, "e", "2", "comma", "3", "enter")),
    "learn": State(("1",)),
    "visualise": State(("4",), size=(100, 60)),
    "metrics": State(("5",), size=(80, 40), theme="quizkit-light"),
    "experiment": State(("0",)),
    "experiment-hints": State(("0", "ctrl+n"), theme="quizkit-light"),
    "experiment-result": State(("0", "ctrl+r")),
    "palette": State(("7", "ctrl+p")),
}

Look = Callable[[Pilot[Any], SampleDesk], Awaitable[None]]


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until everything that is under way beside the screen is done and drawn."""
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


def visit(state: State, look: Look) -> None:
    """Bring an app into a state and look at it."""
    asyncio.run(_visit(state, look))


async def _visit(state: State, look: Look) -> None:
    desk = SampleDesk()
    app = QuizkitApp(lambda: desk)
    app.animation_level = "none"
    app.theme = state.theme
    async with app.run_test(size=state.size) as pilot:
        await settled(pilot)
        for key in state.keys:
            await pilot.press(key)
            await settled(pilot)
        for field in [*app.screen.query(TextArea), *app.screen.query(Input)]:
            field.cursor_blink = False
        await settled(pilot)
        await look(pilot, desk)


def picture(app: QuizkitApp) -> str:
    """Return what is drawn as SVG, without what differs from run to run."""
    return re.sub(r"terminal-\d+-", "terminal-", app.export_screenshot())

"""The full-screen app, opened by `quizkit` alone and by `quizkit play`."""

import os
import sys
from pathlib import Path

from quizkit.cli.common import load_bank
from quizkit.errors import UsageError


def open_app(content: Path | None, pattern: str | None = None, mode: str | None = None) -> None:
    """Open the app, at a mode of a pattern if they are given. Raises UsageError where there is no terminal for it."""
    is_served = "TEXTUAL_DRIVER" in os.environ  # `quizkit serve` reads what it draws.
    if not is_served and not (sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"):
        raise UsageError(
            "the app needs a terminal to draw on; `quizkit play PATTERN --plain` asks line by line,"
            " `quizkit --help` lists every command"
        )
    from quizkit.model.mode import Mode
    from quizkit.tui.app import QuizkitApp
    from quizkit.tui.desk import Desk

    start = None if pattern is None or mode is None else (pattern, Mode(mode))
    QuizkitApp(Desk(lambda: load_bank(content)), start).run()

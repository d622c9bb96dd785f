"""The full-screen app, opened by `quizkit` alone and by `quizkit play`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from quizkit.cli.common import load_bank
from quizkit.errors import UsageError

if TYPE_CHECKING:
    from quizkit.tui.desk import Desk


def has_screen() -> bool:
    """Say whether a full screen can be drawn: a person looks at both ends, or `quizkit serve` reads what is drawn."""
    from quizkit.report.layout import is_dumb, is_terminal

    return "TEXTUAL_DRIVER" in os.environ or (is_terminal(sys.stdin) and is_terminal(sys.stdout) and not is_dumb())


def open_app(content: Path | None, pattern: str = "", mode: str | None = None, *, is_new: bool = False) -> None:
    """Open the app, at a mode of a pattern if they are given. Raises UsageError where there is no terminal for it."""
    if not has_screen():
        raise UsageError(
            "the app needs a terminal to draw on; `quizkit play PATTERN --plain` asks line by line,"
            " `quizkit --help` lists every command"
        )
    from quizkit.model.mode import Mode
    from quizkit.tui.app import QuizkitApp
    from quizkit.tui.screens.home import Start

    app = QuizkitApp(lambda: _desk(content), Start(pattern, Mode(mode) if mode else None, is_new))
    app.run()
    sys.exit(app.return_code)


def _desk(content: Path | None) -> "Desk":
    from quizkit.tui.desk import Desk

    return Desk(lambda: load_bank(content))

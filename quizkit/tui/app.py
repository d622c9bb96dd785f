"""The application: themes, screens, what is open. It knows the desk, the screens know the app.

Invariant: torch is never loaded here. What runs programs runs them in children, at low priority, and is closed
with the app. However the app ends, short of a kill, what only a screen holds is kept first.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.dom import DOMNode
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.screen import Screen

from quizkit.errors import QuizkitError
from quizkit.model.mode import SESSION_MODES, Mode
from quizkit.tui.messages import ModeWanted
from quizkit.tui.screens.base import HelpScreen, QuizScreen, TooSmall
from quizkit.tui.screens.home import HomeScreen, Start
from quizkit.tui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from quizkit.tui.desk import Desk

LEAST: Final = (80, 24)
"""Columns and lines that every screen is drawn for."""
_ENDINGS: Final = ("SIGTERM", "SIGHUP")
"""Signals that end the app: somebody ends it from outside, or the terminal is closed."""
_LAST_SECONDS: Final = 3
"""After so long, an app that was ended from outside is gone, whatever it waits for; its children end with it."""
_WORD_SECONDS: Final = 3
"""How long a word lies above what is shown, and may cover it."""
_ERROR_SECONDS: Final = 10
_PATIENCE: Final = 0.3
"""After so many seconds, that something has to be stopped first is worth a word."""


class QuizkitApp(App[None]):
    """quizkit in a terminal."""

    TITLE = "quizkit"
    CSS_PATH = "quizkit.tcss"
    BINDINGS = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+t", "switch_theme", "Dark or light", show=False),
    ]

    def __init__(self, desk: "Callable[[], Desk]", start: Start | None = None) -> None:
        super().__init__()
        self._made_desk, self._start = desk, start
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name

    @cached_property
    def desk(self) -> "Desk":
        """What knows the answers. Made when it is first asked, for it loads what the first picture does not need."""
        return self._made_desk()

    def get_default_screen(self) -> Screen[None]:
        """Start at home."""
        return HomeScreen(self._start)

    def on_mount(self) -> None:
        """Listen to who ends the app from outside."""
        loop = asyncio.get_running_loop()
        for name in _ENDINGS:
            # There are none on Windows, and none outside the main thread.
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number := getattr(signal, name), self._end, number)
        self.set_interval(1, self._look_at_size)

    def _look_at_size(self) -> None:
        """Take the size that the terminal has, should the word of it have been lost while screens were exchanged."""
        size = terminal_size(self)
        if size is not None and size != self.size:
            self.post_message(events.Resize(size, size))
        elif size is not None and self.screen_stack and self.screen.size != size:
            self.screen.post_message(events.Resize(size, size))

    def _end(self, number: int) -> None:
        """Keep everything at once, for there may be no time for more; then leave."""
        self._keep()
        self._leave(128 + number)
        if not self.is_headless:
            # A terminal that is gone takes no last picture, and Textual waits for ever until it does.
            last = threading.Timer(_LAST_SECONDS, os._exit, (128 + number,))
            last.daemon = True
            last.start()

    def _keep(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, QuizScreen):
                screen.keep()

    def on_resize(self, event: events.Resize) -> None:
        """Say so when there is too little room, once for each time it becomes too little."""
        fits = event.size.width >= LEAST[0] and event.size.height >= LEAST[1]
        if not fits and not self._knows_it_is_small and not isinstance(self.screen, TooSmall):
            self.push_screen(TooSmall(LEAST))
        self._knows_it_is_small = not fits

    _knows_it_is_small = False

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every key of the screen in the command palette, and the theme."""
        yield SystemCommand("Help", "What can be done here, and by which keys", self.action_help)
        yield SystemCommand("Dark or light", "Switch between the two themes", self.action_switch_theme)
        yield SystemCommand("Quit", "Leave quizkit; a session is resumed where it was left", self.action_quit)
        for node, binding in _offered(screen):
            if binding.action not in {"leave", "app.help", "quit", "switch_theme"}:
                shown = f"key {self.get_key_display(binding)}"
                yield SystemCommand(binding.description, shown, partial(self.run_action, binding.action, node))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Tell something above what is shown, not for long; an error for longer."""
        seconds = timeout or (_ERROR_SECONDS if severity == "error" else _WORD_SECONDS)
        super().notify(message, title=title, severity=severity, timeout=seconds, markup=markup)

    def on_mode_wanted(self, event: ModeWanted) -> None:
        """Open a mode of a pattern; what stands in its way is told where one is."""
        try:
            self.push_screen(self._screen_of(event))
        except QuizkitError as error:
            self.notify(str(error), markup=False, severity="warning")

    def _screen_of(self, wanted: ModeWanted) -> QuizScreen:
        from quizkit.tui.screens.experiment import ExperimentScreen
        from quizkit.tui.screens.play import PlayScreen
        from quizkit.tui.screens.reader import ReaderScreen

        title = self.desk.pattern(wanted.pattern).pattern.title
        if wanted.mode in SESSION_MODES:
            return PlayScreen(self.desk.study(wanted.pattern, wanted.mode, is_new=wanted.is_new), title)
        if wanted.mode is Mode.EXPERIMENT:
            return ExperimentScreen(wanted.pattern, title)
        return ReaderScreen(wanted.pattern, wanted.mode, title)

    def action_command_palette(self) -> None:
        """Show every command by name."""
        from quizkit.tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_switch_theme(self) -> None:
        """Go from dark to light, or back."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        """Show what can be done on this screen."""
        screen = self.screen
        if not isinstance(screen, QuizScreen):
            return
        everywhere = {"command_palette": "Every command by name", "switch_theme": "Dark or light", "quit": "Quit"}
        own = [each for _, each in _offered(screen) if each.action not in everywhere]
        keys = {self.get_key_display(each): each.description for each in own}
        keys |= {"ctrl+p": everywhere["command_palette"], "ctrl+t": everywhere["switch_theme"], "ctrl+q": "Quit"}
        self.push_screen(HelpScreen(screen.help_text, list(keys.items())))

    async def action_quit(self) -> None:
        """Leave."""
        self._leave(0)

    @work(exclusive=True, group="leaving")
    async def _leave(self, code: int) -> None:
        """Stop what runs, and leave with an exit code; where stopping takes long, say so."""
        stopping = asyncio.create_task(asyncio.to_thread(self._stop, list(self.screen_stack)))
        if not (await asyncio.wait({stopping}, timeout=_PATIENCE))[0]:
            self.notify("Stopping what runs …", timeout=60)
        await stopping
        self.exit(return_code=code)

    def _stop(self, screens: Iterable[Screen[Any]]) -> None:
        for screen in screens:
            if isinstance(screen, QuizScreen):
                screen.stop()
        if "desk" in self.__dict__:
            self.desk.live.close()

    async def on_unmount(self) -> None:
        """Leave nothing running."""
        if "desk" in self.__dict__:
            await asyncio.to_thread(self.desk.live.close)
            self.desk.close()


def terminal_size(app: App[None]) -> Size | None:
    """Return how large the terminal is; None where there is none, where it does not say, or where it is another's."""
    if app.is_headless or app.is_web:
        return None
    try:
        size = Size(*os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1))
    except (OSError, ValueError):
        return None
    return size if all(size) else None


def _offered(screen: Screen[Any]) -> Iterable[tuple[DOMNode, Binding]]:
    """Return what can be done on a screen now, and by whom, each once, without what every screen can."""
    common = {each.action for each in (*Screen.BINDINGS, *ScrollableContainer.BINDINGS) if isinstance(each, Binding)}
    active = [(each.node, each.binding) for each in screen.active_bindings.values() if each.enabled]
    own = [(node, each) for node, each in active if each.description and each.action not in common]
    return reversed({each.action: (node, each) for node, each in reversed(own)}.values())

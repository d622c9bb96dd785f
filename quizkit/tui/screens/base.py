"""What all screens share: a line on top, the keys at the bottom, a help page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Footer, Static

if TYPE_CHECKING:
    from quizkit.tui.desk import Desk


class _HasDesk(Protocol):
    @property
    def desk(self) -> "Desk": ...


class TopLine(Static):
    """One line: where one is on the left, how far on the right. Wide characters count as two."""

    where = reactive("", layout=False)
    progress = reactive("", layout=False)

    def render(self) -> Content:
        """Return the line, its left side cut where the right side needs the room."""
        width = max(self.content_size.width, 1)
        right = Content(self.progress)
        left = Content.assemble(("quizkit", "bold $primary"), f"  {self.where}")
        room = width - right.cell_length - 1
        return left.truncate(max(room, 0), ellipsis=True, pad=True) + " " + right


class AppSized(Screen[None]):
    """Base of every screen: it is as large as the app, whatever else it is told.

    Textual has a screen that changes its size tell itself so, by a message. Where a terminal changes twice in a short
    time, messages of both sizes are under way, each undoes the other and makes the next, and this never ends.
    """

    def on_resize(self, event: events.Resize) -> None:
        """Take no size that the app does not have any more."""
        if event.size != self.app.size:
            event.prevent_default()


class QuizScreen(AppSized):
    """Base of the screens. `HELP` says in Markdown what one can do here, beside the keys that are listed below it."""

    HELP: ClassVar[str] = ""
    BINDINGS = [
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("escape,q", "leave", "Back", key_display="esc"),
    ]

    @property
    def help_text(self) -> str:
        """What one can do here now, in Markdown."""
        return self.HELP

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield from self.body()
        yield Footer(show_command_palette=False, compact=True)

    def body(self) -> ComposeResult:
        """Yield what stands between the top line and the keys."""
        raise NotImplementedError

    @property
    def desk(self) -> "Desk":
        """What knows the answers to what a screen asks."""
        return cast("_HasDesk", self.app).desk

    @property
    def top(self) -> TopLine:
        """The line on top."""
        return self.query_one(TopLine)

    def keep(self) -> None:
        """Keep what only this screen holds. Called when it goes, however that comes about, perhaps more than once."""

    def stop(self) -> None:
        """Stop what only this screen runs, and wait until it has ended. Called beside the screen."""

    async def on_unmount(self) -> None:
        """Lose nothing."""
        self.keep()

    def action_leave(self) -> None:
        """Go back to where one came from."""
        self.dismiss()


class InnerScreen(QuizScreen):
    """Base of every screen but home: its style is read when the first of them is opened."""

    CSS_PATH = "inner.tcss"
    BINDINGS = [
        Binding("right,greater_than_sign", "sideways(8)", "Long lines", key_display="← →"),
        Binding("left,less_than_sign", "sideways(-8)", "Back along long lines", show=False),
    ]

    @property
    def page(self) -> Widget | None:
        """What keys scroll up and down; None where there is nothing of the kind."""
        return next(iter(self.query("#page").results(Widget)), None)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines, wherever the focus is."""
        if (page := self.page) is not None:
            page.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by a page, wherever the focus is."""
        if (page := self.page) is not None:
            page.scroll_relative(y=by * (page.size.height - 2), animate=False)

    def _wide(self) -> Iterator[Widget]:
        """Yield what has lines longer than there is room for, but for what stands on a tab that is not shown."""
        programs = self.query("CodeBlock, MarkdownFence").results(Widget)
        return (each for each in programs if each.max_scroll_x > 0 and each.is_on_screen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to scroll sideways only where there is something to be seen by it."""
        return any(self._wide()) if action == "sideways" else True

    def action_sideways(self, by: int) -> None:
        """Scroll every program with long lines by some columns."""
        for each in self._wide():
            each.scroll_relative(x=by, animate=False)


class HelpScreen(ModalScreen[None], AppSized):
    """What can be done on the screen below, and by which keys."""

    CSS_PATH = "inner.tcss"

    BINDINGS = [Binding("escape,q,question_mark,f1", "dismiss", "Close")]

    def __init__(self, text: str, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._text, self._keys = text, keys

    def compose(self) -> ComposeResult:
        from quizkit.report.layout import cells, pad
        from quizkit.tui.widgets.prose import Prose

        width = max(cells(key) for key, _ in self._keys) + 2
        rows = [Content.assemble((pad(key, width), "$primary"), what) for key, what in self._keys]
        with VerticalScroll(classes="sheet") as sheet:
            sheet.border_title = "Help"
            sheet.border_subtitle = "esc closes"
            yield Prose(self._text)
            yield Static(Content("\n").join(rows))


class TooSmall(ModalScreen[None], AppSized):
    """Says that the terminal is too small; goes away by itself when it is not, or when the learner says so."""

    BINDINGS = [Binding("enter", "dismiss", "Go on anyway"), Binding("q", "app.quit", "Quit")]

    def __init__(self, least: tuple[int, int]) -> None:
        super().__init__()
        self._least = least

    def compose(self) -> ComposeResult:
        yield Static(self._words(), id="small")

    def on_resize(self, event: events.Resize) -> None:
        """Say the size there is now; go, if that is enough."""
        self._look()

    def on_screen_resume(self) -> None:
        """Look again: what stood before this may have hidden that there is room by now."""
        self._look()

    def _look(self) -> None:
        width, height = self.app.size
        if width < self._least[0] or height < self._least[1]:
            self.query_one("#small", Static).update(self._words())
        elif self.is_active:
            self.dismiss()
            # What is on the terminal is of another size: draw all of it, not what has changed.
            self.app.call_after_refresh(lambda: self.app.screen.refresh(layout=True))

    def _words(self) -> str:
        width, height = self._least
        return (
            f"quizkit is drawn for {width} columns and {height} lines; here are "
            f"{self.app.size.width} and {self.app.size.height}.\n\n"
            "Make the window larger, or press enter to go on anyway. `quizkit play PATTERN --plain` needs no "
            "room."
        )

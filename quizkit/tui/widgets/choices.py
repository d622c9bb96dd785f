"""The options of a question, chosen by key or by mouse. Data in: options in their order. Out: `Chosen`.

Invariant: nothing is chosen before a key or a click goes to an option, and nothing once a response is shown.
"""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import HorizontalGroup, VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive, var
from textual.widgets import Static

from quizkit.model.served import ServedOption
from quizkit.tui.messages import Chosen
from quizkit.tui.widgets.code import code
from quizkit.tui.widgets.text import prose


class OptionRow(HorizontalGroup):
    """One option: a cursor, its number, its text."""

    class Pressed(Message):
        """The option was clicked."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    is_ticked = reactive(False)

    def __init__(self, number: int, option: ServedOption, *, selects_several: bool) -> None:
        super().__init__()
        self.number, self.option = number, option
        self._selects_several = selects_several

    def compose(self) -> ComposeResult:
        yield Static(self._mark(), classes="mark")
        is_code = self.option.is_code
        text = code(self.option.text) if is_code else prose(self.option.text)
        yield Static(text, classes="text" if is_code else "text prose")

    def _mark(self) -> Content:
        box = ("[x] " if self.is_ticked else "[ ] ") if self._selects_several else ""
        return Content(f"{box}{self.number}")

    def watch_is_ticked(self) -> None:
        """Show the box as it is now."""
        if self.is_mounted:
            self.query_one(".mark", Static).update(self._mark())

    def on_click(self, event: events.Click) -> None:
        """Tell the list."""
        event.stop()
        self.post_message(self.Pressed(self.number))


class Choices(VerticalGroup, can_focus=True):
    """The list of options."""

    BINDINGS = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("space", "tick", "Tick", show=False),
        Binding("enter", "give", "Answer"),
        *(Binding(str(number), f"press({number})", f"Option {number}", show=False) for number in range(1, 10)),
    ]

    cursor: var[int | None] = var(None)
    """Which option is meant; None before any is."""
    is_open = var(True)

    def __init__(self, options: Sequence[ServedOption], *, selects_several: bool) -> None:
        super().__init__()
        self._rows = [
            OptionRow(number, option, selects_several=selects_several) for number, option in enumerate(options, 1)
        ]
        self._selects_several = selects_several
        self._clicked: int | None = None
        self.set_class(any(each.is_code and "\n" in each.text.strip("\n") for each in options), "-spaced")

    def compose(self) -> ComposeResult:
        yield from self._rows

    def watch_cursor(self, cursor: int | None) -> None:
        """Move the mark of the cursor."""
        for place, row in enumerate(self._rows):
            row.set_class(place == cursor, "-cursor")
        if cursor is not None and self.is_mounted:
            self._rows[cursor].scroll_visible()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Lock everything once a response is shown; then a number only says which option is meant."""
        if action == "press":
            return parameters in [(row.number,) for row in self._rows]
        if action == "tick":
            return self.is_open and self._selects_several
        return self.is_open if action in {"move", "give"} else True

    def action_move(self, by: int) -> None:
        """Move the cursor; the first move goes to the first option, or backwards to the last."""
        before_all = -1 if by > 0 else 0
        self.cursor = ((before_all if self.cursor is None else self.cursor) + by) % len(self._rows)

    def action_press(self, number: int) -> None:
        """Go to an option; where several may be chosen, and still can be, tick it or take the tick away."""
        self.cursor = number - 1
        if self.is_open:
            self.action_tick()

    def action_tick(self) -> None:
        """Tick the option under the cursor, or take its tick away."""
        if self._selects_several and self.cursor is not None:
            row = self._rows[self.cursor]
            row.is_ticked = not row.is_ticked

    def action_give(self) -> None:
        """Give what is chosen as the response."""
        if self._selects_several:
            how = "Tick what you choose with the space bar or its number first."
            meant = [row for row in self._rows if row.is_ticked]
        else:
            how = "Choose with an arrow key or a number first."
            meant = [row for place, row in enumerate(self._rows) if place == self.cursor]
        if meant:
            self.post_message(Chosen(tuple(row.option.id for row in meant)))
        else:
            self.notify(how, severity="warning")

    def on_option_row_pressed(self, event: OptionRow.Pressed) -> None:
        """Treat a click as the option's number; a second click on the same one gives the response."""
        event.stop()
        self.focus()
        is_second = (self._clicked, self.cursor) == (event.number, event.number - 1)
        self._clicked = event.number
        if self.is_open and is_second and not self._selects_several:
            self.action_give()
        else:
            self.action_press(event.number)

    def show_tried(self, chosen: Sequence[str]) -> None:
        """Mark what was chosen and is not right; of several options together, none is known to be wrong."""
        if not self._selects_several:
            for row in self._rows:
                row.set_class(row.option.id in chosen, "-tried")

    def show(self, chosen: Sequence[str], *, is_key_shown: bool) -> None:
        """Lock the list, with what was chosen; and with what is right, if that may be seen now."""
        self.is_open = False
        self.add_class("-locked")
        for row in self._rows:
            is_chosen = row.option.id in chosen
            row.is_ticked = is_chosen
            row.set_class(is_chosen, "-chosen")
            row.set_class(is_key_shown and row.option.is_right, "-right")
            row.set_class(is_key_shown and is_chosen and not row.option.is_right, "-wrong")
        self.refresh_bindings()

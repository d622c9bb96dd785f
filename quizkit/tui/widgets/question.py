"""One entry of a session: an item with stem, program, options, open hints and feedback; or a flip card.

Data in: a turn. Out: `Chosen`. Invariant: what is shown of a turn is what its session says of it, and no more.
"""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalGroup
from textual.content import Content
from textual.reactive import var
from textual.widgets import Static

from quizkit.model.served import FORGOTTEN, RECALLED, ServedCard, ServedItem
from quizkit.practice.state import State, Turn
from quizkit.tui.messages import Chosen
from quizkit.tui.widgets.choices import Choices
from quizkit.tui.widgets.code import CodeBlock, code
from quizkit.tui.widgets.feedback import Feedback
from quizkit.tui.widgets.prose import Prose
from quizkit.tui.widgets.text import prose


class Hints(VerticalGroup):
    """The hints that are open; they stay readable after the answer."""

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self._shown = turn.hints
        self._turn = turn

    def compose(self) -> ComposeResult:
        for number in range(self._shown):
            yield self._hint(number)

    def _hint(self, number: int) -> Static:
        told = f"Hint {number + 1} of {self._turn.hints_allowed}  "
        return Static(Content.assemble((told, "bold $careful")) + prose(self._turn.entry.hints[number]))

    def show(self, turn: Turn) -> None:
        """Show the hints that were opened since."""
        self.mount(*(self._hint(number) for number in range(self._shown, turn.hints)))
        self._shown = turn.hints


class ItemView(VerticalGroup):
    """An item being asked, or answered."""

    def __init__(self, item: ServedItem, turn: Turn) -> None:
        super().__init__()
        self._item, self._turn = item, turn

    def compose(self) -> ComposeResult:
        item = self._item
        yield Prose(item.stem, classes="stem")
        if item.given.strip():
            yield CodeBlock(code(item.given))
        if item.selects_several:
            yield Static("Select all that are right.", classes="several")
        yield Choices([item.option(each) for each in self._turn.options], selects_several=item.selects_several)
        yield Static("", classes="again")
        yield Hints(self._turn)

    def show(self, turn: Turn, *, is_explained: bool, again: str) -> None:
        """Show what has become of the turn; `again` says that, and how often, one may try once more."""
        self._turn = turn
        line = self.query_one(".again", Static)
        line.display = bool(again)
        line.update(Content(f"✗ {again}"))
        self.query_one(Hints).show(turn)
        if not turn.is_settled:
            self.query_one(Choices).show_tried(turn.chosen)
            return
        self.query_one(Choices).show(turn.chosen, is_key_shown=is_explained)
        if is_explained and not self.query(Feedback):
            feedback = Feedback(self._item, turn)
            self.mount(feedback)
            self.call_after_refresh(feedback.scroll_visible, top=True, animate=False)


class CardView(VerticalGroup, can_focus=True):
    """A flip card: the front, and after a key the back; then one says whether one knew it."""

    BINDINGS = [
        Binding("enter,space", "flip", "Turn over"),
        Binding("1", f"say('{RECALLED}')", "I knew it"),
        Binding("2", f"say('{FORGOTTEN}')", "I did not"),
    ]

    is_flipped = var(False)

    def __init__(self, card: ServedCard, turn: Turn) -> None:
        super().__init__()
        self._card, self._turn = card, turn

    def compose(self) -> ComposeResult:
        yield Prose(self._card.front, classes="front")
        yield Prose(classes="back")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One says nothing of a card before it is turned over, and turns it once."""
        if action == "flip":
            return not self.is_flipped
        return self.is_flipped and not self._turn.is_settled if action == "say" else True

    def on_click(self) -> None:
        """Turn it over by mouse as well."""
        if not self.is_flipped:
            self.action_flip()

    def action_flip(self) -> None:
        """Show the back."""
        self.is_flipped = True
        self.add_class("-flipped")
        self.query_one(".back", Prose).update(self._card.back)
        self.refresh_bindings()

    def action_say(self, word: str) -> None:
        """Say whether one knew it."""
        self.post_message(Chosen((word,)))

    def show(self, turn: Turn, *, is_explained: bool, again: str) -> None:
        """Show what one said of it."""
        self._turn = turn
        if turn.state is not State.OPEN:
            self.refresh_bindings()


def view(turn: Turn) -> ItemView | CardView:
    """Return the widget for an entry."""
    return ItemView(turn.entry, turn) if isinstance(turn.entry, ServedItem) else CardView(turn.entry, turn)

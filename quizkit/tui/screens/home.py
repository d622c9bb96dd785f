"""Home: the patterns, how strong one is in each, what to do next and why, and the ten modes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizkit.errors import QuizkitError
from quizkit.model.mode import MODES, Mode
from quizkit.tui.messages import ModeWanted
from quizkit.tui.screens.base import QuizScreen
from quizkit.tui.widgets.meter import meter

if TYPE_CHECKING:
    from quizkit.tui.desk import Standing

_KEYS = "1234567890"
_NOTHING = {Mode.REVIEW: "Nothing is due, and no flip card is new."}


@dataclass(frozen=True)
class Start:
    """What one came for, on the command line or by a key that was pressed before the content was read."""

    pattern: str = ""
    """The pattern's id, or its beginning; empty for none in particular."""
    mode: Mode | None = None
    """The mode to open at once."""
    is_new: bool = False
    """Whether a session that was left is left for good."""


class HomeScreen(QuizScreen):
    """Where one starts, and comes back to."""

    HELP = """
# Home

Choose a pattern above and a mode below, by arrow keys or by mouse. The number before a mode starts it.

**Strength** is the share of items one is expected to answer rightly, estimated from all answers so far; the
interval holds with 90 %. **Due** are the items and flip cards you have met and would soon forget; a flip card that
you have never seen is **new**. A review asks both.

A session that was left is **resumed** where it stopped: nothing that was answered is lost, whatever happened.
"""
    BINDINGS = [
        Binding("n", "recommended", "Next step"),
        Binding("r", "resume", "Resume"),
        Binding("a", "anew", "Begin anew"),
        Binding("escape,q", "app.quit", "Quit", key_display="q"),
        *(
            Binding(key, f"mode({number})", facts.title, show=False)
            for number, (key, facts) in enumerate(zip(_KEYS, MODES.values(), strict=True))
        ),
    ]

    def __init__(self, start: Start | None = None) -> None:
        super().__init__()
        self._standings: Sequence[Standing] = ()
        self._start_with = start or Start()

    def body(self) -> ComposeResult:
        yield OptionList(id="patterns")
        yield Static("Reading the content …", id="advice")
        yield OptionList(*(Option("", id=mode.value) for mode in MODES), id="modes")

    def on_mount(self) -> None:
        """Show the modes at once; the content is read beside the screen."""
        self.query_one("#modes").focus()
        self._show_modes(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to go on with a session only where one was left."""
        standing = self._standing if action == "resume" and self.is_mounted else None
        return standing is None or bool(standing.left)

    def on_screen_resume(self) -> None:
        """Look again: a session may have changed everything. What is there is drawn first."""
        self.call_after_refresh(self.look)

    @work(exclusive=True, thread=True)
    def look(self) -> None:
        """Ask the desk how things stand."""
        try:
            found = self.desk.standings()
        except QuizkitError as error:
            self.app.call_from_thread(self._fail, str(error))
        else:
            self.app.call_from_thread(self.show, found)

    def _fail(self, why: str) -> None:
        self.query_one("#advice", Static).update(Content.styled(why, "$bad"))

    def show(self, standings: "Sequence[Standing]") -> None:
        """Show how things stand."""
        self._standings = standings
        while self.desk.notes:
            self.notify(self.desk.notes.pop(0), severity="warning", timeout=20, markup=False)
        patterns = self.query_one("#patterns", OptionList)
        kept = patterns.highlighted if patterns.highlighted is not None else self._first()
        patterns.set_options(Option(_line(each), id=each.overview.pattern) for each in standings)
        patterns.display = bool(standings)
        if standings:
            patterns.highlighted = min(kept, len(standings) - 1)
            self._show_pattern()
            self._start_at_once()
        else:
            self.query_one("#advice", Static).update("There is no pattern in this bank.")

    def _first(self) -> int:
        """Return the place of the pattern one came for; if there is none, say so and start nothing."""
        if not self._start_with.pattern:
            return 0
        try:
            wanted = self.desk.pattern(self._start_with.pattern).pattern.id
        except QuizkitError as error:
            self._start_with = Start()
            self.notify(str(error), severity="warning", timeout=20, markup=False)
            return 0
        return [each.overview.pattern for each in self._standings].index(wanted)

    def _start_at_once(self) -> None:
        wish, self._start_with = self._start_with, Start()
        if wish.mode is not None:
            self._start(wish.mode, is_new=wish.is_new)

    @property
    def _standing(self) -> "Standing | None":
        number = self.query_one("#patterns", OptionList).highlighted
        return self._standings[number] if number is not None and number < len(self._standings) else None

    def _show_pattern(self) -> None:
        standing = self._standing
        if standing is not None:
            self.top.where = standing.title
            self.query_one("#advice", Static).update(_advice(standing))
        self._show_modes(standing)
        self.refresh_bindings()

    def _show_modes(self, standing: "Standing | None") -> None:
        modes = self.query_one("#modes", OptionList)
        for key, mode in zip(_KEYS, MODES, strict=True):
            modes.replace_option_prompt(mode.value, _mode_line(key, mode, standing))
        if modes.highlighted is None:
            modes.highlighted = 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Speak of the pattern that is highlighted."""
        if event.option_list.id == "patterns":
            self._show_pattern()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the modes from a pattern, and from a mode into it."""
        if event.option_list.id == "patterns":
            self.query_one("#modes").focus()
        else:
            self.action_mode(event.option_index)

    def action_mode(self, number: int) -> None:
        """Start a mode, by its place in the list."""
        self._start(list(MODES)[number])

    def action_anew(self) -> None:
        """Begin a new session of the mode under the cursor, whatever was left."""
        number = self.query_one("#modes", OptionList).highlighted
        self._start(list(MODES)[number or 0], is_new=True)

    def action_recommended(self) -> None:
        """Do what is recommended."""
        if (standing := self._standing) is not None:
            self._start(standing.overview.recommendation.mode)

    def action_resume(self) -> None:
        """Go on with the session that was left last."""
        standing = self._standing
        if standing is not None and standing.left:
            self._start(next(iter(standing.left)))
        else:
            self.notify("There is no session to go on with.")

    def _start(self, mode: Mode, *, is_new: bool = False) -> None:
        """Ask for a mode; before the content is there, remember the wish."""
        standing = self._standing
        if standing is None:
            self._start_with = Start(self._start_with.pattern, mode, is_new)
        else:
            self.post_message(ModeWanted(standing.overview.pattern, mode, is_new))


def _line(standing: "Standing") -> Content:
    from quizkit.model.text import count

    found = standing.overview
    if found.strength is None:
        state = Content.styled(f"{count(found.items, 'item')}, none answered yet", "$quiet")
    else:
        low, high = found.strength.interval
        state = Content.assemble(
            meter(found.strength.percent / 100, 20),
            f" {found.strength.percent} %",
            (f"  90 % sure: {low} to {high} %; {found.met} of {found.items} items met", "$quiet"),
        )
    withheld = f"; {standing.withheld} not proved here, so not asked" if standing.withheld else ""
    return Content.assemble((standing.title, "bold"), "\n", state, (withheld, "$careful"))


def _advice(standing: "Standing") -> Content:
    from quizkit.report.words import sentence
    from quizkit.tui.widgets.text import joined, prose

    found = standing.overview
    last = f". Last session: {MODES[found.last.started.mode].title.lower()}" if found.last is not None else ""
    return joined(
        [
            Content.assemble(("Next: ", "bold $primary"), (MODES[found.recommendation.mode].title, "bold"), ". ")
            + prose(found.recommendation.why),
            Content.styled(f"{sentence(standing.reviews)}{last}", "$quiet"),
        ]
    )


def _mode_line(key: str, mode: Mode, standing: "Standing | None") -> Content:
    facts = MODES[mode]
    note = facts.about if standing is None or mode in standing.minutes else _NOTHING.get(mode, facts.about)
    if standing is not None and mode in standing.left:
        note = f"Resume: {standing.left[mode]}"
    time = f"{standing.minutes[mode]:>2} min" if standing is not None and mode in standing.minutes else " " * 6
    return Content.assemble((f"{key} ", "$primary"), (f"{facts.title:<11}", "bold"), (f"{time} ", "$quiet"), note)

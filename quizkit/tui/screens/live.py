"""What screens with a live run share: at most one run, offered to be stopped while it runs, stopped by leaving."""

from textual.binding import Binding
from textual.content import Content

from quizkit.tui.screens.base import InnerScreen


class LiveScreen(InnerScreen):
    """Base of the screens that run programs in the sandbox."""

    BINDINGS = [Binding("ctrl+x", "stop", "Stop", priority=True)]

    is_live = False

    def set_live(self, is_live: bool) -> None:
        """Note whether something runs, and offer what can be done then."""
        self.is_live = is_live
        self.refresh_bindings()

    def say(self, what: Content) -> None:
        """Say in a line or more what goes on, or what came of it."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to stop what runs, and to run what does not."""
        if action in {"run", "stop"}:
            return self.is_live == (action == "stop")
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        """Stop what runs."""
        self.say(Content("Stopping …"))
        self.desk.live.stop()

    def action_leave(self) -> None:
        """Stop what runs, and go back."""
        if self.is_live:
            self.action_stop()
        super().action_leave()

"""How a session went with every concept, the weakest first."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from quizkit.practice.result import Share
from quizkit.tui.screens.base import InnerScreen
from quizkit.tui.widgets.meter import meter


class ConceptsScreen(InnerScreen):
    """The breakdown by concept, as long as it is."""

    HELP = """
# By concept

How many questions about each concept were right, the weakest concept first. Scroll with the arrow keys.
"""

    def __init__(self, shares: Sequence[Share], title: str) -> None:
        super().__init__()
        self._shares, self._title = shares, title

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page"):
            yield Static(Content("\n").join(map(share_line, self._shares)))

    def on_mount(self) -> None:
        """Say what this is, and let keys scroll it."""
        self.top.where = f"By concept · {self._title}"
        self.query_one("#page").focus()


def share_line(share: Share) -> Content:
    """Return how much of a group was right, as a bar and in figures."""
    return Content.assemble(meter(share.right / share.total, 10), f" {share.right}/{share.total} ", share.name)

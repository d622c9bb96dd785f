"""Highlighted Python, in the colours of the theme that is on.

Invariant: a block of it is never wrapped. Where a line is longer than there is room, a bar below says so.
"""

from pygments.token import Token
from textual.containers import HorizontalScroll
from textual.content import Content
from textual.highlight import HighlightTheme, highlight
from textual.widget import Widget
from textual.widgets import Static

from quizkit.model.text import printable


class CodeColours(HighlightTheme):
    """Colours of highlighted code, from the theme that is on."""

    STYLES = {
        Token.Comment: "italic $quiet",
        Token.Error: "$bad",
        Token.Keyword: "$accent",
        Token.Keyword.Constant: "$careful",
        Token.Keyword.Namespace: "$accent",
        Token.Literal.Number: "$careful",
        Token.Literal.String: "$good",
        Token.Literal.String.Doc: "italic $good",
        Token.Name: "$foreground",
        Token.Name.Builtin: "$secondary",
        Token.Name.Builtin.Pseudo: "italic $secondary",
        Token.Name.Class: "bold $primary",
        Token.Name.Decorator: "$primary",
        Token.Name.Exception: "$bad",
        Token.Name.Function: "bold $primary",
        Token.Operator: "$quiet",
        Token.Operator.Word: "$accent",
        Token.Punctuation: "$quiet",
    }


def code(text: str) -> Content:
    """Return Python source, highlighted."""
    return highlight(printable(text).rstrip("\n"), language="python", theme=CodeColours, tab_size=4)


class Sideways(Widget):
    """Scrolls sideways where lines are long; the screen offers its keys for that only then."""

    def watch_show_horizontal_scrollbar(self) -> None:
        """Have the screen look again at what it offers."""
        if self.is_attached:
            self.screen.refresh_bindings()


class CodeBlock(HorizontalScroll, Sideways, can_focus=False):
    """Source with its lines as they are."""

    def __init__(self, source: Content, *, classes: str = "program") -> None:
        super().__init__(Static(source), classes=f"code {classes}")

    def update(self, source: Content) -> None:
        """Show other source."""
        self.query_one(Static).update(source)

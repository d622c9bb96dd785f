"""Highlighted Python, in the colours of the theme that is on."""

from pygments.token import Token
from textual.content import Content
from textual.highlight import HighlightTheme, highlight

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

"""Markdown of authors: its programs look as programs do everywhere in the app, and nothing in it opens a browser."""

from textual.content import Content
from textual.widgets import Markdown
from textual.widgets.markdown import MarkdownFence

from quizkit.tui.widgets.code import Sideways
from quizkit.tui.widgets.code import code as highlighted


class Fence(MarkdownFence, Sideways):
    """A program in a text."""

    @classmethod
    def highlight(cls, code: str, language: str, *_: bool, **__: bool) -> Content:
        """Return the program in the colours of the theme that is on."""
        return highlighted(code) if language == "python" else Content(code)


class Prose(Markdown):
    """A text with headings, lists, tables and programs."""

    BLOCKS = {**Markdown.BLOCKS, "fence": Fence, "code_block": Fence}

    def __init__(self, text: str = "", *, name: str | None = None, classes: str | None = None) -> None:
        super().__init__(text, id=name, classes=classes, open_links=False)

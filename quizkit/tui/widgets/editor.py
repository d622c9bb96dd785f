"""The code editor: TextArea with Python highlighting in the colours of the theme."""

from rich.style import Style
from textual.app import App
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

_SYNTAX = {
    "comment": "quiet",
    "string": "good",
    "string.documentation": "good",
    "number": "careful",
    "float": "careful",
    "boolean": "careful",
    "constant.builtin": "careful",
    "keyword": "accent",
    "keyword.function": "accent",
    "keyword.return": "accent",
    "keyword.operator": "accent",
    "conditional": "accent",
    "repeat": "accent",
    "include": "accent",
    "exception": "accent",
    "function": "primary",
    "function.call": "primary",
    "method": "primary",
    "method.call": "primary",
    "class": "primary",
    "type": "primary",
    "type.builtin": "secondary",
    "operator": "quiet",
}


def editor_theme(app: App[object]) -> TextAreaTheme:
    """Return the colours of code in an editor, from the theme that is on."""
    colours = app.get_css_variables()
    styles = {name: Style(color=colours[ink]) for name, ink in _SYNTAX.items()}
    return TextAreaTheme(name="quizkit", syntax_styles=styles)


class Editor(TextArea):
    """A code editor that follows the theme."""

    def on_mount(self) -> None:
        """Take the colours of the theme, now and whenever it changes."""
        self._recolour()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._recolour())

    def _recolour(self) -> None:
        self.register_theme(editor_theme(self.app))
        self.theme = "css"
        self.theme = "quizkit"


def editor(text: str) -> Editor:
    """Return an editor for Python."""
    return Editor(text, language="python", show_line_numbers=True, tab_behavior="indent", soft_wrap=False)

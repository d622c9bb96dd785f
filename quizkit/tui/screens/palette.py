"""The command palette, as Textual has it, at the size of the app."""

from textual.command import CommandPalette

from quizkit.tui.screens.base import AppSized


class Palette(CommandPalette, AppSized):
    """Every command by name."""

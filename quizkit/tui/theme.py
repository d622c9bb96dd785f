"""Two themes, dark and light. Invariant: every colour of text has a contrast of at least 4.5 to 1 on every ground.

The grounds are few and close to one another, so that a pair chosen for one of them is good on all; tests/tui measures
the pairs of this table and every cell of every screen that is drawn.
"""

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

GROUNDS: Final = ("background", "surface", "panel", "chosen")
"""Variables that text is drawn on."""

INKS: Final = ("foreground", "quiet", "primary", "good", "bad", "careful", "accent", "secondary")
"""Variables that text is drawn in."""


def _theme(name: str, colours: Mapping[str, str], *, is_dark: bool) -> Theme:
    named = {ink: colours[ink] for ink in ("quiet", "good", "bad", "careful", "chosen")}
    return Theme(
        name=name,
        dark=is_dark,
        primary=colours["primary"],
        secondary=colours["secondary"],
        accent=colours["accent"],
        success=colours["good"],
        warning=colours["careful"],
        error=colours["bad"],
        foreground=colours["foreground"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["panel"],
        variables={
            **named,
            "text": colours["foreground"],
            "text-muted": colours["quiet"],
            "text-disabled": colours["quiet"],
            "text-primary": colours["primary"],
            "text-secondary": colours["secondary"],
            "text-accent": colours["accent"],
            "text-success": colours["good"],
            "text-warning": colours["careful"],
            "text-error": colours["bad"],
            "foreground-muted": colours["quiet"],
            "foreground-disabled": colours["quiet"],
            "border": colours["primary"],
            "border-blurred": colours["edge"],
            "edge": colours["edge"],
            "block-cursor-foreground": colours["foreground"],
            "block-cursor-background": colours["chosen"],
            "block-cursor-blurred-foreground": colours["foreground"],
            "block-cursor-blurred-background": colours["panel"],
            "block-hover-background": colours["panel"],
            "input-selection-background": colours["chosen"],
            "footer-background": colours["panel"],
            "footer-foreground": colours["foreground"],
            "footer-description-foreground": colours["foreground"],
            "footer-key-foreground": colours["primary"],
            "scrollbar": colours["edge"],
            "scrollbar-background": colours["surface"],
            "scrollbar-background-hover": colours["surface"],
            "scrollbar-hover": colours["primary"],
            "scrollbar-active": colours["primary"],
            "link-color": colours["primary"],
            "link-color-hover": colours["foreground"],
            "link-background-hover": colours["chosen"],
            "button-foreground": colours["foreground"],
            "button-color-foreground": colours["background"],
        },
    )


DARK: Final = _theme(
    "quizkit-dark",
    {
        "background": "#15181d", "surface": "#1b1f26", "panel": "#242a33", "chosen": "#2c3a52", "edge": "#5b6675",
        "foreground": "#e4e8ee", "quiet": "#a9b4c2", "primary": "#8ab8ff", "secondary": "#7fd0d6",
        "accent": "#cdaaff", "good": "#86d69a", "careful": "#e8bf6a", "bad": "#ff9c98",
    },
    is_dark=True,
)  # fmt: skip

LIGHT: Final = _theme(
    "quizkit-light",
    {
        "background": "#fbfbf9", "surface": "#f3f3ef", "panel": "#e8e8e2", "chosen": "#d6e3f5", "edge": "#85857c",
        "foreground": "#1d2126", "quiet": "#4d545c", "primary": "#0a4f9e", "secondary": "#0b5a63",
        "accent": "#65349b", "good": "#14592b", "careful": "#704400", "bad": "#a1161f",
    },
    is_dark=False,
)  # fmt: skip

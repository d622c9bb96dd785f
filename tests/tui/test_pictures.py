"""Every state looks as its golden picture does, and all text on it can be read: dark, light, and without colour.

    python tests/tui/pictures.py [NAME]...

draws the pictures again; look at them before you keep them.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from pictures import FOLDER
from sample_desk import SampleDesk
from states import STATES, State, picture, settled, visit
from textual.color import Color
from textual.pilot import Pilot

from quizkit.tui.app import QuizkitApp
from quizkit.tui.theme import DARK, GROUNDS, INKS, LIGHT

LEAST_CONTRAST = 4.5
"""WCAG 2.1, success criterion 1.4.3: the ratio that text needs."""
LINES = set("─━│┃┌┐└┘├┤┬┴┼╭╮╰╯▁▂▃▄▅▆▇█▌▐▏▎▍▋▊▉▔▕╸╺·")
"""What draws boxes and bars, and says nothing."""


def luminance(colour: Color) -> float:
    parts = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(a: Color, b: Color) -> float:
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def faint(app: QuizkitApp) -> Iterator[str]:
    """Yield every piece of text on the screen that is too close to what it is drawn on."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if style is None or not set(segment.text.strip()) - LINES or style.color is None or style.bgcolor is None:
                continue
            ink, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
            if style.reverse:
                ink, ground = ground, ink
            if (ratio := contrast(ink, ground)) < LEAST_CONTRAST:
                yield f"{segment.text.strip()!r}: {ratio:.2f} ({ink.hex} on {ground.hex})"


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_ink_can_be_read_on_every_ground(theme: Any) -> None:
    colours = theme.to_color_system().generate() | theme.variables
    for ink in INKS:
        for ground in GROUNDS:
            ratio = contrast(Color.parse(colours[ink]), Color.parse(colours[ground]))
            assert ratio >= LEAST_CONTRAST, f"{ink} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("name", STATES)
def test_a_state_looks_as_it_did_and_can_be_read_in_both_themes(name: str) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        app = pilot.app
        assert isinstance(app, QuizkitApp)
        seen = picture(app)
        if not app.screen.is_modal:  # What lies below a dialogue is dimmed.
            assert not list(faint(app)), app.theme
            app.action_switch_theme()
            await settled(pilot)
            assert not list(faint(app)), app.theme
        golden = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert seen == golden, f"{name} is drawn otherwise; `python tests/tui/pictures.py {name}`, then look at it"

    visit(STATES[name], look)


def test_every_picture_is_of_a_state() -> None:
    assert {file.stem for file in FOLDER.glob("*.svg")} == STATES.keys()


def test_without_colour_nothing_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        app, black = pilot.app, Color.parse("#000000")
        strips = app.screen._compositor.render_strips()
        greys = [strip.apply_filter(each, black) for strip in strips for each in app._filters]
        colours = {
            (colour.triplet.red, colour.triplet.green, colour.triplet.blue)
            for strip in greys
            for segment in strip
            if segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour is not None and colour.triplet is not None
        }
        assert app.no_color and greys
        assert all(red == green == blue for red, green, blue in colours)

    monkeypatch.setenv("NO_COLOR", "1")
    visit(State(("7", "2", "enter")), look)

"""What is too long for a line goes on beside its mark, with every word and style it has."""

import re
from typing import Any

import pytest
import sample_desk
from sample_desk import PROBE, SampleDesk, checked, evidence, item, options
from states import RIGHT
from test_modes import played, text_of
from textual.content import Content
from textual.pilot import Pilot

from quizkit.model.item import Difficulty
from quizkit.model.served import Offer
from quizkit.tui.sheet import Sheet
from quizkit.tui.widgets.hanging import hung


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("short", ["short"]),
        ("      wanted one two three four five six", ["      wanted one two three", "      four five six"]),
        ("  ✓ true  ten outputs of every image", ["  ✓ true  ten outputs of", "    every image"]),
        ("▸ cure: returned, and then some more", ["▸ cure: returned, and then", "  some more"]),
        ("│ Proved here: python and torch and linux", ["│ Proved here: python and", "│ torch and linux"]),
        ("one two three four five six seven", ["one two three four five six", "seven"]),
        ("  " + "x" * 30, ["  " + "x" * 25, "  " + "x" * 5]),
        (" " * 10 + "one two three four five six", [" " * 10 + "one two three", "four five six"]),
    ],
)
def test_a_line_goes_on_beside_its_mark(line: str, lines: list[str]) -> None:
    assert [each.plain.rstrip() for each in hung(Content(line), 27)] == lines


def test_what_goes_on_keeps_its_style() -> None:
    first, second = hung(Content.assemble(("✓ ", "bold"), ("one two three four five six seven", "italic")), 27)
    assert [(span.start, span.end, span.style) for span in second.spans] == [(2, len(second), "italic")]
    assert "bold" in [span.style for span in first.spans]


def test_evidence_and_where_it_was_proved_hang_beside_their_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        lines = text_of(pilot).splitlines()
        (got,) = [line for line in lines if "a last number" in line]
        told = next(line for line in lines if "wanted" in line and "many" in line)
        assert re.search(r"\w", got).start() == told.index("wanted")  # type: ignore[union-attr]
        (place,) = [line for line in lines if "linux-of-a-kind" in line]
        assert place.strip().startswith("│ ")

    long = checked(True, "2, 3").checks[0].model_copy(update={"got": "many numbers " * 6 + "and a last number"})
    first, *others = options()
    found = first.evidence[0].model_copy(update={"checks": (long,)})
    told = (first.model_copy(update={"evidence": (found,)}), *others)
    places = ("python3.11 torch2.13.0+cpu linux-x86_64", "python3.12 torch2.14.0+cpu linux-of-a-kind")
    offered = Offer(pattern="reshaping", items=(item(1, Difficulty.EASY, options=told, environments=places),))
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    played("7", *RIGHT, then=look, size=(80, 90))


def test_what_is_looked_at_in_the_playground_hangs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        lines = text_of(pilot).splitlines()
        (first,) = [line for line in lines if "what is wanted: " in line]
        (last,) = [line for line in lines if "the_last_name" in line]
        assert first != last and len(last) - len(last.lstrip()) == first.index("what") > 0

    long = PROBE.model_copy(update={"expectations": {"what is wanted": "name + " * 15 + "the_last_name"}})
    monkeypatch.setattr(SampleDesk, "sheet", lambda *_: Sheet(long, evidence()))
    played("7", *RIGHT, "e", then=look)

"""Foreign text that reaches a person has no character that can drive a terminal, and harmless text is untouched."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from quizkit.model.text import PrintableText, one_line, printable

# Every character there is, surrogates too, and those that matter more often than by chance.
SUSPECTS = "\x1b\x07\r\n\t\x0b\x0c\x85\x9b\u2028\u2029\u202e\u200b\ufeff\U000e0041\ud800"
TEXTS = st.text(st.characters(codec=None) | st.sampled_from(SUSPECTS))


@given(TEXTS)
def test_printable_text_has_nothing_but_lines_of_visible_characters(text: str) -> None:
    shown = printable(text)
    assert not [char for char in shown if char not in "\n\t" and unicodedata.category(char)[0] == "C"]
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= shown.count("\n") + 1


@given(TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert printable(printable(text)) == printable(text)
    assert one_line(one_line(text)) == one_line(text)
    assert one_line(printable(text)) == one_line(text)


@given(TEXTS)
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert not set(line) & {"\n", "\t", "\r"}


@given(TEXTS)
def test_what_can_be_seen_is_kept(text: str) -> None:
    kept = [char for char in text if unicodedata.category(char)[0] in "LNPS"]
    shown = iter(printable(text))
    assert all(char in shown for char in kept if char not in "\u115f\u1160\u3164\uffa0")


@pytest.mark.parametrize(
    "text",
    [
        "tensor([1, 2])",
        "tensor([[0.1200, 0.5000],\n        [0.2500, 0.7500]])",
        "if x:\n\treturn y  # déjà vu → ✓ 五 🦊",
        r"already \x1b written out",
        "[bold]x[/] ::error:: ##[group] <a & b>",
    ],
)
def test_harmless_text_is_untouched(text: str) -> None:
    assert printable(text) == text
    assert TypeAdapter(PrintableText).validate_python(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202eb", r"a\u202eb"),
        ("\U000e0041", r"\U000e0041"),
        ("a\r\nb\rc\x85d\u2028e", "a\nb\nc\nd\ne"),
        ("\ud800", r"\ud800"),
        ("\x7f\x00", r"\x7f\x00"),
    ],
)
def test_what_drives_terminals_is_written_out(text: str, shown: str) -> None:
    assert TypeAdapter(PrintableText).validate_python(text) == shown

"""A learner sees that something was cut, and no hash of it."""

from quizkit.practice.excerpt import brief, readable
from quizkit.proof.line import _short


def test_what_the_record_cut_is_shown_without_its_hash() -> None:
    cut = _short("a long value, and on " * 40, 100)
    assert "sha256:" in cut
    shown = readable(f"{cut} and {cut}")
    assert "sha256" not in shown and shown.count("…") == 2 and shown.startswith("a long value")


def test_a_hash_that_wrapping_put_on_a_line_of_its_own_is_left_out_too() -> None:
    assert readable("  got <C…\n    sha256:074d0123456789ab\n  next") == "  got <C…\n  next"


def test_a_hash_that_is_what_a_program_says_stays() -> None:
    said = "sha256:074d0123456789ab, … sha256: none"
    assert readable(said) == said


def test_of_a_long_value_the_beginning_is_told_in_one_line() -> None:
    assert brief("[1,\n 2]") == "[1, 2]" and brief("9" * 240) == "9" * 240
    assert brief("9" * 241) == "9" * 239 + "…"
    assert brief("9" * 300 + "…  sha256:0123456789abcdef") == "9" * 239 + "…"

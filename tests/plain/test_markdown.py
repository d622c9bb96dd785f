"""Markdown in plain lines: every word is there, and code and tables stay as they are."""

import pytest

from quizkit.plain.markdown import markdown_lines
from quizkit.report.layout import Page


def shown(text: str, width: int = 40) -> str:
    return "\n".join(markdown_lines(text, Page(width)))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("One *word*\nand `code`.", "  One *word* and `code`."),
        ("# A title\n\nText.", "A title\n\n  Text."),
        ("```python\nif x:\n    y = 1\n```", "  | if x:\n  |     y = 1"),
        ("- one\n- two", "  - one\n  - two"),
        ("3. one\n4. two", "  3. one\n  4. two"),
        ("- one\n\n  more\n  - deep\n- two", "  - one\n    more\n    - deep\n  - two"),
        ("| a | b |\n| --- | --- |\n| `x` | 2 |", "  a    b\n  ---  -\n  `x`  2"),
        ("> said\n> so", "  > said so"),
        ("<b>raw</b>", "  <b>raw</b>"),
        ("<div>\nraw\n</div>", "  | <div>\n  | raw\n  | </div>"),
        ("", ""),
        ("---", ""),
    ],
)
def test_each_block_in_lines(text: str, lines: str) -> None:
    assert shown(text) == lines


def test_long_lines_are_wrapped_below_their_mark() -> None:
    assert (
        shown("- " + "word " * 12, 30) == "  - word word word word word\n    word word word word word\n    word word"
    )


def test_whatever_drives_a_terminal_is_written_out() -> None:
    assert "\x1b" not in shown("a \x1b[31m b\n\n```\n\x1b]0;x\x07\n```\n\n| \x1b[1m |\n| - |\n| \x9b |\n\n# \x1b[2m")

"""What is wrong with a learner's file is told at its line and column, as an editor counts them."""

import os
import sys
from pathlib import Path

import pytest

from quizkit.errors import ContentError
from quizkit.lab.program import program_in

DEEP = "x = " + "(" * 300 + ")" * 300 + "\n"


@pytest.mark.parametrize(
    ("content", "line", "column", "what"),
    [
        ("def f():\n    x = (1,\n", 2, 9, "'(' was never closed"),
        ("def f():\n    größe = 'äö' x\n", 2, 18, "invalid syntax"),
        ("x = 1\r\ny = = 1\r\n", 2, 5, "invalid syntax"),
        ("\ufeffx = = 1\n", 1, 5, "invalid syntax"),
        ("x = 'abc\n", 1, 5, "unterminated string literal"),
        ("def f():\n    s = '''abc\n", 2, 9, "unterminated triple-quoted string"),
        ("def f():\n    x = 1\n      y = 2\n", 3, 7, "unexpected indent"),
        ("def f():\n    x = 1\n  y = 2\n", 3, 3, "unindent does not match"),
        ("def f():\nreturn 1\n", 2, 1, "expected an indented block"),
        ("def f():\n\tx = 1\n        y = 2\n", 3, 9, "inconsistent use of tabs and spaces"),
        ("def f():\n    return 1\nx = 3; return 5\n", 3, 8, "'return' outside function"),
        ("def f():\n    x = 'a\0b'\n", 2, 11, "null bytes"),
        (DEEP, 1, None, "too many nested parentheses"),
        (b"x = 1\ny = 'gr\xf6\xdfe'\n", 2, 8, "is not UTF-8"),
        ("y = 'ö".encode() + b"\xff'\n", 1, 7, "is not UTF-8"),
        ("\ufeffö".encode() + b"\xff", 1, 2, "is not UTF-8"),
    ],
)
def test_a_fault_is_told_at_its_place(
    tmp_path: Path, content: str | bytes, line: int, column: int | None, what: str
) -> None:
    file = tmp_path / "mine.py"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ContentError) as caught:
        program_in(file)
    (found,) = caught.value.problems
    assert (found.file, found.line) == (str(file), line) and what in found.what and found.remedy
    assert found.column == column or column is None


@pytest.mark.parametrize("expression", ["a b", "", "a +"])
def test_a_fault_in_an_f_string_is_told_within_it(tmp_path: Path, expression: str) -> None:
    """Python 3.11 knows the column of some faults only, and else says which line; later ones know it."""
    file = tmp_path / "mine.py"
    file.write_text(f'if True:\n    x = f"{{{expression}}}"\n')
    with pytest.raises(ContentError) as caught:
        program_in(file)
    (found,) = caught.value.problems
    assert found.line == 2 and (found.column == 5 or found.column in range(11, 16))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe.py")
    for place in (tmp_path, tmp_path / "pipe.py"):
        with pytest.raises(ContentError, match=":1:1: this is not a regular file"):
            program_in(place)


def test_a_program_is_taken_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_bytes("\ufeffx = 'ö'\r\n".encode())
    assert program_in(file) == "x = 'ö'\r\n"

"""A learner's file -> its program, or what keeps Python from reading it, at its line and column.

Invariant: nothing is executed, and a file that is no program is refused before a child has loaded torch for it.
"""

import warnings
from codecs import BOM_UTF8
from dataclasses import replace
from pathlib import Path
from typing import Final

from quizkit.bank.grammar import fault
from quizkit.bank.problem import problem
from quizkit.bank.text_file import read_text
from quizkit.errors import ContentError
from quizkit.model.bank import Place

_NULL: Final = "\0"


def program_in(file: Path) -> str:
    """Return the text of a Python file. Raises ContentError."""
    text, problems = read_text(file, str(file))
    if problems:
        raise ContentError(replace(each, column=_stray_column(file)) for each in problems)
    if (wrong := fault(text, "exec")) is not None:
        line, column = _place(text, wrong[0])
        place = Place(file=str(file), line=line, column=column)
        raise ContentError([problem(place, f"this is not Python: {wrong[1]}", "mend the code")])
    return text


def _stray_column(file: Path) -> int:
    """Return the column of the first byte that is not UTF-8, from 1; 1 if there is none."""
    if not file.is_file():
        return 1
    try:
        data = file.read_bytes().removeprefix(BOM_UTF8)
        data.decode()
    except UnicodeDecodeError as error:
        begin = data.rfind(b"\n", 0, error.start) + 1
        return len(data[begin : error.start].decode()) + 1
    except OSError:
        pass
    return 1


def _place(text: str, line: int) -> tuple[int, int]:
    """Return line and column of what Python stumbles over; the line is known, but for a null byte."""
    before, null, _ = text.partition(_NULL)
    if null:
        return before.count("\n") + 1, len(before) - before.rfind("\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<program>", "exec", dont_inherit=True)
    except SyntaxError as error:
        lines = text.split("\n")
        shown = lines[line - 1] if line <= len(lines) else ""
        # In Python 3.11 an f-string's columns are those of the expression in it: its text is not that of the line.
        is_exact = not isinstance(error, IndentationError) and (error.text or "").strip() in shown
        return line, max(error.offset or 1, 1) if is_exact else len(shown) - len(shown.lstrip()) + 1
    except (ValueError, RecursionError, MemoryError, OverflowError):
        pass
    return line, 1

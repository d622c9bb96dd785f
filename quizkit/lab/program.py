"""A learner's file -> its program, or what keeps Python from reading it, at its line and column.

Invariant: nothing is executed, and a file that is no program is refused before a child has loaded torch for it.
"""

from pathlib import Path

from quizkit.bank.grammar import fault
from quizkit.bank.problem import problem
from quizkit.bank.text_file import read_text
from quizkit.errors import ContentError
from quizkit.model.bank import Place


def program_in(file: Path) -> str:
    """Return the text of a Python file. Raises ContentError."""
    text, problems = read_text(file, str(file))
    if problems:
        raise ContentError(problems)
    if (wrong := fault(text, "exec")) is not None:
        place = Place(file=str(file), line=wrong.line, column=wrong.column)
        raise ContentError([problem(place, f"this is not Python: {wrong.what}", "mend the code")])
    return text

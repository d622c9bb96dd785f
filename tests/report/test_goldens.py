"""Golden files pin every format. They change only by `python tests/report/goldens.py`, and a person looks at it."""

import re

import pytest
from goldens import COLOURFUL, FOLDER, VERIFICATIONS, goldens, still

from quizkit.report.as_text import as_text
from quizkit.report.layout import Page
from quizkit.report.stream import Tally, concluded

MADE = goldens()


@pytest.mark.parametrize("name", MADE)
def test_a_report_is_what_its_golden_file_says(name: str) -> None:
    file = FOLDER / name
    assert file.exists(), f"{name} is new: run `python tests/report/goldens.py` and look at it"
    golden = file.read_bytes().decode()
    assert MADE[name] == golden, f"{name} differs: if that is meant, run `python tests/report/goldens.py`"


def test_no_golden_file_is_left_over() -> None:
    assert {file.name for file in FOLDER.iterdir()} == MADE.keys()


@pytest.mark.parametrize("name", VERIFICATIONS)
def test_colour_says_nothing_that_a_word_does_not_say(name: str) -> None:
    told = concluded(VERIFICATIONS[name](), Tally(), clock=still)
    plain = "".join(as_text(told, Page(COLOURFUL.width)))
    assert re.sub(r"\x1b\[[\d;]*m", "", MADE[f"{name}.colour.txt"]) == plain

"""Sentences and layout: right for one and for many, wrapped by columns, with nothing lost."""

import pytest
from goldens import written, written_mutation
from hypothesis import given
from hypothesis import strategies as st
from sample_events import conclusion
from sample_mutations import mutant

from quizkit.errors import ExitCode, SandboxError
from quizkit.model.event import ItemJudged, MutantJudged, MutationFinished, VerificationFinished, mutant_counts
from quizkit.model.text import one_line
from quizkit.model.verdict import Finding, FindingKind, Reason, Status, Verdict
from quizkit.report.explain import stem_lines
from quizkit.report.layout import cells, cut, pad, prose, table
from quizkit.report.stream import Stopped, Tally
from quizkit.report.words import conclusion as concluded
from quizkit.report.words import duration, effort

REFUTED = (Status.REFUTED, FindingKind.KEY_FAILS)
UNDECIDED = (Status.UNDECIDED, Reason.TIMED_OUT)
MISSING = (Status.UNDECIDED, Reason.NEEDS_ENVIRONMENT)
PROVED = (Status.PROVED, None)
EXEMPT = (Status.EXEMPT, None)

Judged = tuple[Status, FindingKind | Reason | None]


def tally(items: list[Judged], facts: int = 0) -> Tally:
    """Return the counts of these verdicts and of proved facts."""
    counted = Tally(items=len(items) + facts)
    for number, (status, kind) in enumerate([*items, *[PROVED] * facts]):
        name = f"{'fact:' * (number >= len(items))}x{number}"
        findings = (Finding(kind=kind, what="why"),) if kind else ()
        counted.count(ItemJudged(verdict=Verdict(pattern="p", item=name, status=status, findings=findings)))
    return counted


@pytest.mark.parametrize(
    ("items", "facts", "sentence"),
    [
        ([], 0, "Nothing was verified."),
        ([PROVED], 0, "Proved: 1 item."),
        ([PROVED] * 12, 0, "Proved: all 12 items."),
        ([PROVED] * 2, 1, "Proved: all 2 items and 1 fact."),
        ([], 2, "Proved: all 2 facts."),
        ([REFUTED], 0, "Refuted: 1 of 1 item."),
        ([REFUTED, PROVED, UNDECIDED], 0, "Refuted: 1 of 3 items; 1 undecided, 1 proved."),
        ([UNDECIDED, MISSING, EXEMPT], 0, "Undecided: 1 of 3 items; 1 needs-environment, 1 exempt."),
        ([MISSING, MISSING], 0, "Proved: 0 of 2 items; 2 needs-environment."),
        ([PROVED] * 1500 + [EXEMPT], 0, "Proved: 1,500 of 1,501 items; 1 exempt."),
    ],
)
def test_the_conclusion_is_one_sentence(items: list[Judged], facts: int, sentence: str) -> None:
    assert concluded(tally(items, facts), conclusion(ExitCode.PROVED)) == sentence


@pytest.mark.parametrize(
    ("error", "items", "sentence"),
    [
        (KeyboardInterrupt(), [], "Interrupted; nothing judged."),
        (KeyboardInterrupt(), [REFUTED, PROVED], "Interrupted; 2 of 2 judged: 1 refuted, 1 proved."),
        (SandboxError("the ZYGOTE died.\nTwice."), [], "The ZYGOTE died. Twice; nothing judged."),
    ],
)
def test_what_stopped_is_first(error: KeyboardInterrupt | SandboxError, items: list[Judged], sentence: str) -> None:
    stopped: Stopped[VerificationFinished] = Stopped(error, conclusion(ExitCode.INTERRUPTED))
    assert concluded(tally(items), stopped) == sentence


@pytest.mark.parametrize(
    ("probes", "cached", "said"),
    [
        (0, 0, "0 probes, 0.2 s, exit code 0"),
        (1, 1, "1 probe, from the cache, 0.2 s, exit code 0"),
        (20, 20, "20 probes, all from the cache, 0.2 s, exit code 0"),
        (2000, 3, "2,000 probes, 3 from the cache, 0.2 s, exit code 0"),
    ],
)
def test_the_effort_says_what_came_from_the_cache(probes: int, cached: int, said: str) -> None:
    assert effort(conclusion(ExitCode.PROVED, seconds=0.21, probes=probes, cached=cached)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.7, "1 min 00 s"), (75, "1 min 15 s"), (3700, "1 h 01 min")],
)
def test_times_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


WORDS = st.lists(st.text("ab五 ́,.", min_size=1), max_size=30).map(" ".join)


@given(WORDS, st.integers(10, 60))
def test_prose_is_wrapped_by_columns_and_loses_no_word(text: str, width: int) -> None:
    lines = list(prose(text, width, "  ", "    "))
    assert " ".join(" ".join(lines).split()) == " ".join(one_line(text).split())
    assert all(cells(line) <= width or " " not in line.strip() for line in lines)


@given(st.text("ab五 ́"), st.integers(4, 20))
def test_a_column_is_as_wide_as_it_says(text: str, width: int) -> None:
    assert cells(pad(cut(text, width), width)) == width


def test_a_table_that_is_wider_than_the_page_is_told_row_by_row() -> None:
    rows = [("", "one", "two"), ("seed 0", "x" * 20, ""), ("seed 1", "五", "y")]
    assert list(table(rows, "", 40)) == [
        "        one                   two",
        "------  --------------------  ---",
        "seed 0  xxxxxxxxxxxxxxxxxxxx",
        "seed 1  五                    y",
    ]
    assert list(table(rows, "  ", 30)) == [
        "  seed 0",
        f"    one  {'x' * 20}",
        "    two",
        "  seed 1",
        "    one  五",
        "    two  y",
    ]


def test_the_code_of_a_stem_stays_as_it_is() -> None:
    stem = "What does\nthis print?\n\n```python\nfor x in y:\n\n    print(x)\n```\nAnd\nthis?\n\n    z =  1\n"
    assert list(stem_lines(stem, 80)) == [
        "  What does this print?",
        "",
        "  | ```python",
        "  | for x in y:",
        "  |",
        "  |     print(x)",
        "  | ```",
        "",
        "  And this?",
        "",
        "  |     z =  1",
    ]


def test_an_empty_stem_takes_no_line() -> None:
    assert list(stem_lines(" \n", 80)) == []


def score(*mutants: MutantJudged) -> str:
    """Return the last line of the report on these mutants."""
    end = MutationFinished(counts=mutant_counts(mutants), seconds=1, exit_code=ExitCode.PROVED)
    return written_mutation([*mutants, end], "text").splitlines()[-1]


KILLED = mutant("change-integer", "killed", "d", None)
SURVIVED = mutant("change-integer", "survived", "d", None)
FLIPPED = mutant("flip-key", "killed", "d", None)


def test_flips_never_raise_the_score() -> None:
    assert score(KILLED, SURVIVED, *[FLIPPED] * 9) == "Score 50 %: 1 of 2 mutants killed."
    assert score(FLIPPED) == "No mutant that counts was killed or survived: nothing is shown."
    unflipped = mutant("flip-key", "survived", "d", None)
    assert score(KILLED, unflipped, unflipped) == "Score 100 %: 1 of 1 mutant killed; 2 flipped keys survived."


def test_a_score_is_never_rounded_up() -> None:
    assert score(*[KILLED] * 2000, SURVIVED) == "Score 99.9 %: 2,000 of 2,001 mutants killed."
    assert score(*[KILLED] * 3) == "Score 100 %: 3 of 3 mutants killed."


def test_a_proved_item_takes_one_line() -> None:
    judged = Verdict(pattern="p", item="x", status=Status.PROVED, probes=3, notes=("stub weights",), stem="Which?")
    report = written([ItemJudged(verdict=judged), conclusion(ExitCode.PROVED, proved=1)], "text")
    assert [line for line in report.splitlines() if " x" in line] == ["  proved        3 probes  x"]

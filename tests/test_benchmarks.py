"""The frozen programs are what was frozen, and results become a table. Timings are never tests."""

from benchmarks.figures import Figure, Machine, Report, Result, Series, table
from benchmarks.frozen import changed, programs

TABLE = """\
A CPU, 2 cores, 8 GiB, load 0.1; 2026-01-02T03:04:05+00:00
quizkit 0.1, torch 2

cold: verify beside Sybil
  as shipped / Sybil  0.50 x      <= 0.7 x  met
  1 job / Sybil       1.25 x
    Sybil             4.00 s  3.00 to 9.00  n = 3

fresh: a fresh python each
  fresh / as shipped  7.99 x        >= 8 x  NOT MET
"""


def test_programs_are_the_frozen_ones() -> None:
    assert changed() == []
    assert len(programs()) == 19


def test_stub_weights_are_asked_for_in_every_program() -> None:
    assert all('(weights="DEFAULT")' in program.asking_for_weights() for program in programs())


def test_results_are_rendered_as_a_table() -> None:
    cold = Result(
        bar="cold",
        about="verify beside Sybil",
        figures=(
            Figure.of("as shipped / Sybil", 0.5, "x", at_most=0.7),
            Figure.of("1 job / Sybil", 1.25, "x"),
        ),
        series=(Series.of("Sybil", "s", [3, 9, 4]),),
    )
    fresh = Result(
        bar="fresh",
        about="a fresh python each",
        figures=(Figure.of("fresh / as shipped", 7.99, "x", at_least=8),),
        series=(),
    )
    report = Report(
        date="2026-01-02T03:04:05+00:00",
        machine=Machine(cpu="A CPU", cores=2, memory_gib=8, system="Linux", load_before=0.1),
        versions={"quizkit": "0.1", "torch": "2"},
        results=(cold, fresh),
    )
    assert table(report) == TABLE

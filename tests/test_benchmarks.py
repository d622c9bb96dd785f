"""The frozen programs are what was frozen, and results become a table. Timings are never tests."""

import pytest

from benchmarks.figures import Figure, Machine, Report, Result, Results, Series, table
from benchmarks.frozen import changed, programs
from benchmarks.training import leads

TABLE = """\
cold: verify beside Sybil
  A CPU, 2 cores, 8 GiB, load 0.1; 2026-01-02T03:04:05+00:00
  quizkit 0.1, torch 2
  as shipped / Sybil  0.50 x      <= 0.7 x  met
  fresh / as shipped  7.99 x        >= 8 x  NOT MET
  1 job / Sybil       1.25 x
  on a GPU                 -       >= 50 x  not measured: no GPU
    Sybil             4.00 s  3.00 to 9.00  n = 3
"""


def test_programs_are_the_frozen_ones() -> None:
    assert changed() == []
    assert len(programs()) == 19


def test_stub_weights_are_asked_for_in_every_program() -> None:
    assert all('(weights="DEFAULT")' in program.asking_for_weights() for program in programs())


def report_of(bar: str, date: str, *figures: Figure) -> Report:
    """Return what was measured for a bar on a day."""
    return Report(
        date=date,
        machine=Machine(cpu="A CPU", cores=2, memory_gib=8, system="Linux", load_before=0.1),
        versions={"quizkit": "0.1", "torch": "2"},
        result=Result(
            bar=bar,
            about="verify beside Sybil",
            figures=figures,
            series=(Series.of("Sybil", "s", [3, 9, 4]),),
        ),
    )


def test_a_report_is_rendered_as_a_table() -> None:
    figures = (
        Figure.of("as shipped / Sybil", 0.5, "x", at_most=0.7),
        Figure.of("fresh / as shipped", 7.99, "x", at_least=8),
        Figure.of("1 job / Sybil", 1.25, "x"),
        Figure.not_measured("on a GPU", "no GPU", "x", at_least=50),
    )
    assert table(report_of("cold", "2026-01-02T03:04:05+00:00", *figures)) == TABLE


@pytest.mark.parametrize(
    ("device", "dtype", "told"),
    [
        ("cpu", "float32", {"fp32 CPU": None, "bf16 CPU": "the probe chooses no bf16 here", "GPU": "no GPU"}),
        ("cpu", "bfloat16", {"bf16 CPU": True, "GPU": "no GPU"}),
        ("cuda", "float32", {"bf16 CPU": "the probe chooses no bf16 here", "GPU": False}),
    ],
)
def test_a_bar_that_a_machine_cannot_show_is_not_measured(device: str, dtype: str, told: dict[str, object]) -> None:
    found = {each.name.rpartition(", ")[2]: each for each in leads(device, dtype, 20)}
    assert {name: each.why_not or each.is_met for name, each in found.items()} == told
    assert all((each.value is None) == (each.why_not is not None) for each in found.values())


def test_measuring_one_bar_leaves_the_others_alone() -> None:
    first = Results().with_report(report_of("cold", "Monday")).with_report(report_of("warm", "Monday"))
    second = first.with_report(report_of("warm", "Tuesday"))
    assert {name: report.date for name, report in second.bars.items()} == {"cold": "Monday", "warm": "Tuesday"}
    assert Results.model_validate_json(second.model_dump_json(exclude_none=True)) == second

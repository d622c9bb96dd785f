"""A probe's digest names the experiment: whatever changes what is measured changes it, and nothing else does."""

import pytest

from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe

PROBE = Probe(prelude="import torch", parts=(Part(phase="given", source="x = 1"),), expectations={"one": "x == 1"})


@pytest.mark.parametrize(
    "change",
    [
        {"prelude": "import math"},
        {"parts": (Part(phase="given", source="x = 2"),)},
        {"parts": (Part(phase="setup", source="x = 1"),)},
        {"expectations": {"one": "x == 2"}},
        {"claim": "x == 1"},
        {"observe": "x"},
        {"reads_stdout": True},
        {"values": {"a": "1"}},
        {"seed": 1},
        {"requires": ("scratch",)},
        {"limits": Limits(threads=2)},
    ],
)
def test_a_copy_with_a_change_is_another_experiment(change: dict[str, object]) -> None:
    before = PROBE.digest
    assert PROBE.model_copy(update=change).digest != before


@pytest.mark.parametrize("limits", [Limits(cpu_seconds=1), Limits(memory_mib=64)])
def test_bounds_do_not_change_the_experiment(limits: Limits) -> None:
    assert PROBE.model_copy(update={"limits": limits}).digest == PROBE.digest


def test_the_order_of_expectations_is_part_of_the_experiment() -> None:
    one, other = {"a": "step() or True", "b": "x == 1"}, {"b": "x == 1", "a": "step() or True"}
    assert Probe(expectations=one).digest != Probe(expectations=other).digest

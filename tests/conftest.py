"""What several rooms' tests share: a sandbox whose zygote starts once, with the first test that needs it.

Property tests draw the same examples in every run, and none fails because a machine is slow.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from quizkit.model.evidence import Evidence
from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import start_pool

settings.register_profile(
    "steady", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

Run = Callable[..., Evidence]

PRELUDE = """\
import math
import numpy as np
import torch
from torch import nn
from torchvision import models
"""


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """A pool of two jobs. Close it yourself only in a test that starts its own."""
    with start_pool(2) as pool:
        yield pool


@pytest.fixture
def run(pool: Pool) -> Run:
    """Run one program in the sandbox and return its evidence."""

    def run_one(source: str = "pass", *, prelude: str = PRELUDE, **asked: Any) -> Evidence:
        limits = Limits(**asked.pop("limits", {}))
        probe = Probe(prelude=prelude, parts=(Part(phase="given", source=source),), limits=limits, **asked)
        pool.submit(probe)
        [(_, evidence)] = pool.results()
        return evidence

    return run_one

"""What several rooms' tests share: a sandbox whose zygote starts once, with the first test that needs it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from quizkit.model.evidence import Evidence
from quizkit.model.item import Limits
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.pool import Pool
from quizkit.sandbox.start import can_sandbox, start_pool

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
    if not can_sandbox():
        pytest.skip("there is no sandbox for this platform")
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

"""What a run of an experiment is asked to do: all that a training child is told, as one JSON object on its stdin.

SIGINT asks the child to stop where it is: it ends without a last event, and its checkpoint stays. SIGTERM says that
time is up: it tells the line of the solution it was at in a `run-failed` of the phase `deadline`, and ends. What does
neither in a few seconds is killed.
"""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from quizkit.model.base import Noun
from quizkit.model.contract import CLAUSES, Clause
from quizkit.model.defaults import BATCH_SIZE, EPOCHS, LEARNING_RATE

Share = Annotated[float, Field(ge=0, le=1)]
"""A part of a whole, such as an accuracy: from 0 to 1."""
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[FiniteFloat, Field(ge=0)]
Rate = Annotated[FiniteFloat, Field(ge=0)]

Profile = Literal["offline", "cifar10"]
"""Where data and backbone come from."""
BackboneKind = Literal["pretrained", "random"]
"""What the network has learnt before the run: what pretraining gives, or nothing, which makes the run a control."""
PathName = Literal["cached-features", "whole-network"]
"""How a head is trained: on features computed once, or through the whole network every time."""


class RunConfig(Noun):
    """What a run is asked to do: all that the child is told."""

    folder: str
    """The run's own folder, absolute; it exists."""
    cache: str
    """Where features and weights are kept between runs, absolute."""
    solution: str
    """The solution's file, absolute."""
    profile: Profile
    """Where data and backbone come from."""
    backbone: BackboneKind = "pretrained"
    """What the network has learnt before."""
    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps or whatever else torch knows."""
    epochs: Annotated[int, Field(ge=1, le=1000)] = EPOCHS
    """Passes over the training images."""
    batch_size: Annotated[int, Field(ge=1)] = BATCH_SIZE
    """Images in a step."""
    learning_rate: Annotated[float, Field(gt=0)] = LEARNING_RATE
    """Adam's step size."""
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    """Seed of every random number generator."""
    target: Share
    """Validation accuracy to reach."""
    weights: str | None = None
    """A file of weights to use instead of a download, absolute."""
    data_dir: str | None = None
    """A folder of data to use instead of a download, absolute."""
    clauses: tuple[Clause, ...] = CLAUSES
    """What is audited."""
    offline_weights: str
    """The shipped backbone, absolute."""
    path: Literal["auto", "whole-network"] = "auto"
    """whole-network goes through all of it every time, whatever the audit sees."""

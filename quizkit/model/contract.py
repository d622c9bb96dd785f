"""The contract of an experiment: its clauses, named here and nowhere else."""

from enum import StrEnum
from typing import Final


class Clause(StrEnum):
    """What a solution must keep: a closed set, named here and nowhere else."""

    OUTPUT_CLASSES = "output-classes"
    """The network gives one score for each class of the task."""
    ONLY_HEAD_TRAINABLE = "only-head-trainable"
    """The optimizer is given parameters of the new head, and nothing else takes gradients."""
    BACKBONE_PARAMETERS = "backbone-parameters"
    """No weight of the pretrained layers has changed, bit for bit."""
    BACKBONE_BUFFERS = "backbone-buffers"
    """No buffer of the pretrained layers has changed, bit for bit: the running statistics of BatchNorm above all."""
    HEAD_ON_PATH = "head-on-path"
    """The new head is called in every forward pass and receives a gradient."""
    TARGET = "target"
    """Validation accuracy reaches the profile's target."""


CLAUSES: Final = tuple(Clause)
"""Every clause, in the order in which a table tells them."""

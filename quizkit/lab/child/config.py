"""What a run is asked to do, as the parent writes it: one JSON object on standard input."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Config:
    """The fields of the parent's `RunConfig`, by the same names."""

    folder: str
    cache: str
    solution: str
    profile: str
    target: float
    offline_weights: str
    backbone: str = "pretrained"
    device: str = "auto"
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int = 0
    weights: str | None = None
    data_dir: str | None = None
    clauses: tuple[str, ...] = ()
    path: str = "auto"

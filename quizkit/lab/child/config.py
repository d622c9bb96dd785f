"""What a run is asked to do, as the parent writes it: one JSON object on standard input."""

from dataclasses import dataclass


@dataclass(frozen=True)
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
    epochs: int = 5
    batch_size: int = 64
    learning_rate: float = 1e-3
    seed: int = 0
    weights: str | None = None
    data_dir: str | None = None
    clauses: tuple[str, ...] = ()
    path: str = "auto"

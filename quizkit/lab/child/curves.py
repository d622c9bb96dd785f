"""A picture of a run's curves: `curves.py METRICS.csv CURVES.png`. Matplotlib brings numpy, so not in the parent."""

import csv
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt


def draw(metrics: Path, picture: Path) -> None:
    """Draw loss and accuracy against the epoch, training and validation in each."""
    with metrics.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    epochs = [int(row["epoch"]) for row in rows]
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axis, what in zip(axes, ("loss", "accuracy"), strict=True):
        for part in ("train", "validation"):
            axis.plot(epochs, [float(row[f"{part}_{what}"]) for row in rows], marker="o", label=part)
        axis.set(xlabel="epoch", ylabel=what, xticks=epochs)
        axis.grid(alpha=0.3)
        axis.legend()
    figure.savefig(picture, dpi=120)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))

"""What a finished run leaves for other programs: tables, and with the `plots` extra a picture of its curves."""

import csv
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from quizkit.lab.atomic import written_whole
from quizkit.model.record import RunRecord
from quizkit.model.run_event import DataLoaded, EpochFinished, Predicted

_CURVES: Final = Path(__file__).resolve().parent / "child" / "curves.py"
_CURVES_SECONDS: Final = 60
_UNTOLD: Final = {"event"}


def write_artefacts(folder: Path, record: RunRecord) -> None:
    """Write `metrics.csv`, `confusion.csv` and `curves.png` as far as the run has measured what is in them.

    Raises OSError if a table cannot be written; a picture that cannot be drawn is left out.
    """
    if record.epochs:
        rows = [epoch.model_dump(exclude=_UNTOLD) for epoch in record.epochs]
        columns = [name for name in EpochFinished.model_fields if name not in _UNTOLD]
        _write(folder / "metrics.csv", [columns, *([row[name] for name in columns] for row in rows)])
        _draw(folder)
    predicted, data = record.last(Predicted), record.last(DataLoaded)
    if predicted is not None and data is not None:
        rows_of_counts = zip(data.classes, predicted.confusion, strict=False)
        _write(
            folder / "confusion.csv",
            [["true \\ predicted", *data.classes], *([name, *counts] for name, counts in rows_of_counts)],
        )


def _write(file: Path, rows: Iterable[Iterable[object]]) -> None:
    with written_whole(file) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def _draw(folder: Path) -> None:
    if find_spec("matplotlib") is None:
        return
    with suppress(OSError, subprocess.SubprocessError):
        command = [sys.executable, "-I", str(_CURVES), str(folder / "metrics.csv"), str(folder / "curves.png")]
        subprocess.run(command, timeout=_CURVES_SECONDS, capture_output=True, check=True)

"""The file a learner begins with: the task in words, the function to write, nothing solved."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Final

from quizkit.bank.run_prose import with_runs
from quizkit.errors import UsageError
from quizkit.model.experiment import Experiment
from quizkit.model.record import percent

_WIDTH: Final = 98

_PROGRAM: Final = '''
from collections.abc import Iterable

import torch
from torch import nn


def prepare(model: nn.Module, classes: int) -> Iterable[nn.Parameter]:
    """Give the pretrained `model` a head for `classes` classes, and return the parameters to optimise."""
    raise NotImplementedError("write this function")


# Only if the usual loop does not do; delete it otherwise.
#
# def train_epoch(
#     model: nn.Module,
#     batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
#     optimizer: torch.optim.Optimizer,
#     device: torch.device,
# ) -> None:
#     """Train for one epoch; images and labels come in `batches`."""
'''


def starter(experiment: Experiment, pattern: str, file: Path) -> str:
    """Return the text of a solution that is still to be written."""
    target = {"target": percent(experiment.profiles[experiment.default_profile].target)}
    lines = [
        '"""A solution of mine.',
        "",
        *_wrapped(with_runs(experiment.task, {"": target})),
        "",
        "It must keep:",
        "",
    ]
    for clause, text in experiment.contract.items():
        lines += _wrapped(f"{clause.value}: {with_runs(text, {'': target})}", "- ", "  ")
    lines += ["", f"Check it with: quizkit check {pattern} {file}", '"""']
    return "\n".join(lines) + "\n" + _PROGRAM


def _wrapped(text: str, first: str = "", rest: str = "") -> Iterator[str]:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    yield from wrap(plain, _WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False)


def write_starter(experiment: Experiment, pattern: str, file: Path) -> None:
    """Write the file. Raises UsageError if it is there already, or cannot be written."""
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(starter(experiment, pattern, file))
    except FileExistsError:
        raise UsageError(f"{file} is there already; choose another name, or move it away") from None
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}; choose another place") from error

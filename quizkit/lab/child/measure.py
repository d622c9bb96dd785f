"""What a network says about images: accuracies and losses outside and inside of training, and what its layers do.

Invariant: measuring leaves every module in the mode, every buffer and every generator in the state it was in.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812  its usual name
from torch import nn

from quizkit.lab.child.data import Batch, Split
from quizkit.lab.child.events import Progress, Tell
from quizkit.lab.child.failure import finite

_BATCH: Final = 256
_EXAMPLES: Final = 4
"""Right and wrong predictions told as examples, so many of each."""


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put every module into evaluation mode, and back into the mode that it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


class Scores(NamedTuple):
    """What a network says about every image of a split."""

    logits: torch.Tensor
    """(images, outputs), float32, on the CPU."""
    labels: torch.Tensor
    """(images,), on the CPU."""

    @property
    def accuracy(self) -> float:
        """The part of the images whose largest score is that of their class."""
        return float((self.logits.argmax(dim=1) == self.labels).float().mean())

    def loss(self, epoch: int) -> float:
        """Return the mean cross-entropy. Raises NotFiniteError, naming the epoch after which it was measured."""
        return finite("validation loss", float(F.cross_entropy(self.logits, self.labels)), epoch)


def scores_of(model: nn.Module, split: Split, tell: Tell) -> Scores:
    """Return what a network, evaluating, says about a split."""
    progress, pieces = Progress(tell, "evaluation", len(split)), []
    with evaluating(model), torch.no_grad():
        for inputs, _ in split.batches(_BATCH):
            pieces.append(model(inputs).float().cpu())
            if progress.advance(len(inputs)):
                progress.report()
    return Scores(torch.cat(pieces), split.labels)


class Meter:
    """What training itself sees: loss and accuracy of each batch, as the network answers it.

    The network answers through a hook, so that a `train_epoch` of the solution's own is measured as the plain one is.
    """

    def __init__(self, model: nn.Module, epoch: int, images: int, tell: Tell) -> None:
        self._handle = model.register_forward_hook(self._answered)
        self._progress = Progress(tell, "training", images, epoch=epoch)
        self._labels: torch.Tensor | None = None
        self._epoch = epoch
        self._loss: torch.Tensor | float = 0.0
        self._right: torch.Tensor | float = 0.0
        self.seen = 0
        """Images of batches that were answered as they came: those that loss and accuracy are of."""
        self._trained: torch.Tensor | int = 0

    def watch(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Yield the batches; tell progress between them. Raises NotFiniteError as soon as it sees one."""
        for inputs, labels in batches:
            self._labels = labels
            yield inputs, labels
            if self._progress.advance(len(labels)):
                self._progress.report(self.loss if self.seen else None)

    @torch.no_grad()
    def _answered(self, _: nn.Module, __: object, output: Any) -> None:
        """Count what is trained on, and score the first answer to a batch: a solution may ask again."""
        if isinstance(output, torch.Tensor) and output.requires_grad and output.ndim > 1:
            output.register_hook(self._learnt_from)
        labels = self._labels
        if labels is None or not isinstance(output, torch.Tensor) or output.ndim != 2 or len(output) != len(labels):
            return
        self._labels = None
        logits = output.detach().float()
        # Sums stay on the device: asking for a number would make it wait.
        self._loss = self._loss + F.cross_entropy(logits, labels, reduction="sum")
        self._right = self._right + (logits.argmax(dim=1) == labels).sum()
        self.seen += len(labels)

    def _learnt_from(self, gradient: torch.Tensor) -> None:
        """Count the images whose answers a gradient comes back to."""
        self._trained = self._trained + gradient.flatten(1).any(dim=1).sum()

    @property
    def trained(self) -> int:
        """Images that were trained on: each time one is, and copies that a solution makes count as others do."""
        return int(self._trained)

    @property
    def loss(self) -> float:
        """Mean cross-entropy so far. Raises NotFiniteError."""
        return finite("training loss", float(self._loss) / self.seen, self._epoch)

    @property
    def accuracy(self) -> float:
        """The part of the images seen that were answered rightly."""
        return float(self._right) / self.seen

    def close(self) -> None:
        """Stop listening to the network."""
        self._handle.remove()


def predicted(scores: Scores, classes: Sequence[str]) -> dict[str, Any]:
    """Return the facts of the `predicted` event: rows of the confusion are true classes, columns predicted ones."""
    guesses, labels = scores.logits.argmax(dim=1), scores.labels
    count = len(classes)
    confusion = torch.zeros(count, count, dtype=torch.int64)
    confusion.index_put_((labels, guesses), torch.ones_like(labels), accumulate=True)
    right, support, claimed = confusion.diagonal(), confusion.sum(dim=1), confusion.sum(dim=0)
    rows = [
        {
            "name": name,
            "precision": float(right[i] / claimed[i]) if claimed[i] else 0.0,
            "recall": float(right[i] / support[i]) if support[i] else 0.0,
            "support": int(support[i]),
        }
        for i, name in enumerate(classes)
    ]
    wrong = (guesses != labels).nonzero().flatten()[:_EXAMPLES].tolist()
    fine = (guesses == labels).nonzero().flatten()[:_EXAMPLES].tolist()
    shares = scores.logits.softmax(dim=1)
    trace = [
        {
            "index": i, "true": classes[int(labels[i])], "predicted": classes[int(guesses[i])],
            "probabilities": [min(1.0, round(share, 6)) for share in shares[i].tolist()],
        }
        for i in sorted(wrong + fine)
    ]  # fmt: skip
    return {"confusion": confusion.tolist(), "per_class": rows, "trace": trace}


def described(model: nn.Module, images: torch.Tensor) -> list[dict[str, Any]]:
    """Return the layers of a network in the order in which they are called, with shapes measured on `images`."""
    trainable = {name: each.requires_grad for name, each in model.named_parameters()}
    double, layers = copy.deepcopy(model).eval(), []

    def note(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
            own = [f"{name}.{each}" for each, _ in module.named_parameters()]
            layers.append({
                "name": name, "kind": type(module).__name__,
                "input_shape": _shape(inputs[0] if inputs else None), "output_shape": _shape(output),
                "parameters": sum(each.numel() for each in module.parameters()),
                "is_trainable": any(trainable[each] for each in own),
            })  # fmt: skip

        return hook

    for name, module in double.named_modules():
        if name and next(module.children(), None) is None:
            module.register_forward_hook(note(name))
    with torch.no_grad():
        double(images)
    return layers


def _shape(value: object) -> list[int]:
    return list(value.shape) if isinstance(value, torch.Tensor) else []

"""Runs of an experiment: what a training child is told, the events it tells, and what is kept of it.

The parent writes a `RunConfig` as one JSON object on the child's stdin; the child writes `RunEvent`s as JSON lines on
a descriptor of its own, each tagged by `event` in kebab case. SIGINT asks it to stop where it is: it ends without a
last event, and its checkpoint stays. SIGTERM says that time is up: it tells the line of the solution it was at in a
`run-failed` of the phase `deadline`, and ends. What does neither in a few seconds is killed.

Invariant: every event survives a JSON round trip, holds finite numbers only, and no text in it can drive a terminal.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, FiniteFloat

from quizkit.model.base import Noun
from quizkit.model.defaults import BATCH_SIZE, EPOCHS, LEARNING_RATE
from quizkit.model.text import PrintableText

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

Phase = Literal["solution", "data", "weights", "device", "memory", "disk", "training", "deadline", "internal"]
"""What a run failed in; in `training`, by a loss that is not finite."""


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


class Versions(Noun):
    """What a run was made with."""

    python: PrintableText
    """Python."""
    torch: PrintableText
    """torch."""
    torchvision: PrintableText
    """torchvision."""


class RunStarted(Noun):
    """The child is up and has read the solution."""

    event: Literal["run-started"] = "run-started"
    """Tag."""
    seed: int
    """Seed of the run."""
    profile: Profile
    """Where data and backbone come from."""
    solution: PrintableText
    """Name of the solution's file."""
    device: PrintableText
    """The device, as torch names it."""
    device_name: PrintableText
    """What the device is, for people."""
    versions: Versions
    """What the run is made with."""
    resumed_from_epoch: int | None = None
    """The last epoch that an earlier, unfinished run of the same kind had finished; None for a new one."""


class DataLoaded(Noun):
    """The images are there."""

    event: Literal["data-loaded"] = "data-loaded"
    """Tag."""
    name: PrintableText
    """What they are, for people."""
    classes: tuple[PrintableText, ...]
    """Names of the classes, in order."""
    train_images: Count
    """Images to train on."""
    validation_images: Count
    """Images to measure on."""
    image_shape: tuple[int, ...]
    """Channels, height and width of an image as the network gets it."""
    digest: PrintableText
    """Digest of the data."""


class BackboneLoaded(Noun):
    """The pretrained network is there."""

    event: Literal["backbone-loaded"] = "backbone-loaded"
    """Tag."""
    name: PrintableText
    """Its architecture."""
    digest: PrintableText
    """Digest of its weights."""
    parameters: Count
    """How many numbers it has learnt."""
    features: Count
    """How many features its head is given."""
    provenance: PrintableText
    """Where its weights come from, in a sentence."""


class PathChosen(Noun):
    """How the head will be trained."""

    event: Literal["path-chosen"] = "path-chosen"
    """Tag."""
    path: PathName
    """On features computed once, or through the whole network."""
    why: PrintableText
    """The reason, in a sentence."""
    dtype: PrintableText
    """Number format of the forward pass."""
    channels_last: bool
    """Whether images are laid out channels-last."""


class Progressed(Noun):
    """Work goes on; told at most ten times a second and never needed to understand a run."""

    event: Literal["progressed"] = "progressed"
    """Tag."""
    stage: Literal["download", "features", "training", "evaluation"]
    """What is going on."""
    done: Count
    """Images, or bytes of a download, that are done in this stage."""
    total: Count | None = None
    """How many there are in all, if that is known."""
    images_per_second: Rate | None = None
    """Images that this stage is done with, per second; not known of a download."""
    epoch: int | None = None
    """The epoch, from 1."""
    loss: FiniteFloat | None = None
    """Mean training loss of the epoch so far."""


class Evaluated(Noun):
    """Accuracies were measured outside of training."""

    event: Literal["evaluated"] = "evaluated"
    """Tag."""
    when: Literal["before", "after"]
    """before: the head is swapped and untrained; after: training is over."""
    train_accuracy: Share
    """On the training images."""
    validation_accuracy: Share
    """On the validation images."""
    validation_loss: FiniteFloat
    """Mean cross-entropy on the validation images."""


class EpochFinished(Noun):
    """One pass over the training images is over."""

    event: Literal["epoch-finished"] = "epoch-finished"
    """Tag."""
    epoch: int
    """Which one, from 1."""
    epochs: int
    """How many there will be."""
    train_loss: FiniteFloat
    """Mean cross-entropy while training."""
    train_accuracy: Share
    """Accuracy while training."""
    validation_loss: FiniteFloat
    """Mean cross-entropy on the validation images, after it."""
    validation_accuracy: Share
    """Accuracy on the validation images, after it."""
    seconds: Seconds
    """Wall time, evaluation included."""
    images_per_second: Rate
    """Images trained on, per second of training: those whose scores a gradient came back to, each time one did.
    Copies that a solution makes of an image count; images that it passes over do not."""


class ClauseAudited(Noun):
    """A clause of the contract was measured."""

    event: Literal["clause-audited"] = "clause-audited"
    """Tag."""
    clause: Clause
    """Which."""
    holds: bool
    """Whether the solution kept it."""
    measured: PrintableText
    """What was measured, in a sentence with counts: `60 of 60 BatchNorm buffers moved`."""
    facts: dict[PrintableText, int | FiniteFloat | PrintableText | tuple[PrintableText, ...]] = {}
    """The same as values, by name."""


class ClassScore(Noun):
    """How well one class is told from the others."""

    name: PrintableText
    """The class."""
    precision: Share
    """Of the images it was predicted for, the part that is of it; 0 if there were none."""
    recall: Share
    """Of its images, the part it was predicted for."""
    support: Count
    """Its validation images."""


class Prediction(Noun):
    """What the trained network says about one validation image."""

    index: Count
    """Which image."""
    true: PrintableText
    """Its class."""
    predicted: PrintableText
    """The class that was predicted."""
    probabilities: tuple[Share, ...]
    """The softmax of the scores, by class."""


class Predicted(Noun):
    """The trained network was asked about every validation image."""

    event: Literal["predicted"] = "predicted"
    """Tag."""
    confusion: tuple[tuple[Count, ...], ...]
    """Counts: a row for each true class, a column for each predicted one."""
    per_class: tuple[ClassScore, ...]
    """Scores, by class."""
    trace: tuple[Prediction, ...] = ()
    """A few images, as examples."""


class Layer(Noun):
    """One layer of the network, measured by a hook on one batch."""

    name: PrintableText
    """Its dotted name."""
    kind: PrintableText
    """Its class."""
    input_shape: tuple[int, ...]
    """Shape of what it was given."""
    output_shape: tuple[int, ...]
    """Shape of what it gave."""
    parameters: Count
    """How many numbers it has learnt, or will."""
    is_trainable: bool
    """Whether any of them takes gradients."""


class ModelDescribed(Noun):
    """The network with its new head, layer by layer."""

    event: Literal["model-described"] = "model-described"
    """Tag."""
    layers: tuple[Layer, ...]
    """Its layers, in the order in which they are called."""


class RunFinished(Noun):
    """All was done and every clause audited."""

    event: Literal["run-finished"] = "run-finished"
    """Tag."""
    seconds: Seconds
    """Wall time of all of it."""
    train_seconds: Seconds
    """Wall time of the epochs; of a resumed run, those before as well."""


class RunFailed(Noun):
    """It could not go on."""

    event: Literal["run-failed"] = "run-failed"
    """Tag."""
    phase: Phase
    """What it failed in."""
    what: PrintableText
    """What went wrong, in a sentence."""
    remedy: PrintableText
    """What to do about it."""
    file: PrintableText | None = None
    """The file it happened in, if that is the user's."""
    line: int | None = None
    """The line in that file, from 1."""
    epoch: Count | None = None
    """The epoch it happened in, from 1, if it happened in one; 0 is before training."""


RunEvent = Annotated[
    RunStarted
    | DataLoaded
    | BackboneLoaded
    | PathChosen
    | Progressed
    | Evaluated
    | EpochFinished
    | ClauseAudited
    | Predicted
    | ModelDescribed
    | RunFinished
    | RunFailed,
    Field(discriminator="event"),
]
"""What a training child tells."""

"""What a run tells: events, past tense, as JSON lines on a descriptor of the child's own, each tagged by `event`.

Invariant: every event survives a JSON round trip, holds finite numbers only, and no text in it can drive a terminal.
"""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from quizkit.model.base import Noun
from quizkit.model.contract import Clause
from quizkit.model.run import Count, PathName, Profile, Rate, Seconds, Share
from quizkit.model.text import PrintableText

Phase = Literal["solution", "data", "weights", "device", "memory", "disk", "training", "deadline", "internal"]
"""What a run failed in; in `training`, by a loss that is not finite."""


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
    stage: Literal["download", "format", "features", "training", "evaluation"]
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

"""A mistake: what to optimise is collected before the swap, so it is the old head that is trained."""

from torch import nn


def prepare(model, classes):
    for parameter in model.parameters():
        parameter.requires_grad = False
    # An optimizer built here would hold the same tensors; later, the network no longer has them.
    to_optimise = list(model.fc.parameters())
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.eval()
    return to_optimise

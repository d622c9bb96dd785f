"""A mistake: the head is replaced, and nothing is frozen."""

from torch import nn


def prepare(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.eval()
    return model.parameters()

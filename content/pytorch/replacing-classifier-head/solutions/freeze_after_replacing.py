"""A mistake: freezing comes after the new head, and freezes it too."""

from torch import nn


def prepare(model, classes):
    model.fc = nn.Linear(model.fc.in_features, classes)
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.eval()
    return model.fc.parameters()

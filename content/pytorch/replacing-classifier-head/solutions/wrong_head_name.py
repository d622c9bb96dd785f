"""A mistake: the new head gets a name that the forward pass of a ResNet never reads."""

from torch import nn


def prepare(model, classes):
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.classifier = nn.Linear(model.fc.in_features, classes)
    model.eval()
    return model.classifier.parameters()

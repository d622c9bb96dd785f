"""The reference: a new head on a backbone that stays as it is, buffers included."""

from torch import nn


def prepare(model, classes):
    # Freeze first: the new head, made afterwards, is then the only part that takes gradients.
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    # Frozen parameters do not keep BatchNorm still. Only evaluation mode does.
    model.eval()
    return model.fc.parameters()

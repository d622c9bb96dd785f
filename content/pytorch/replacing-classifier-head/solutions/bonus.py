"""The bonus: the last stage is trained along with the head, in steps a tenth as large."""

from torch import nn


def prepare(model, classes):
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    for parameter in model.layer4.parameters():
        parameter.requires_grad = True
    model.eval()
    return [
        {"params": model.fc.parameters()},
        # Pretrained weights are near a good place: large steps would lose it.
        {"params": model.layer4.parameters(), "lr": 1e-4},
    ]

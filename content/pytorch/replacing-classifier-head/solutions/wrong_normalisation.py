"""A mistake: pixels are divided by 255 again while training, although they came normalised."""

import torch.nn.functional as F
from torch import nn


def prepare(model, classes):
    for parameter in model.parameters():
        parameter.requires_grad = False
    model.fc = nn.Linear(model.fc.in_features, classes)
    model.eval()
    return model.fc.parameters()


def train_epoch(model, batches, optimizer, device):
    for images, labels in batches:
        # Nearly the same grey for every image, and nothing like the images of the evaluation.
        images = images.to(device) / 255
        loss = F.cross_entropy(model(images), labels.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

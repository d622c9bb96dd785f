"""The way of the source page: everything is frozen, and every epoch begins with `model.train()`."""

from torch import nn


def prepare(model, classes):
    for param in model.parameters():
        param.requires_grad = False
    num_features = model.fc.in_features
    model.fc = nn.Linear(num_features, classes)
    return model.fc.parameters()


def train_epoch(model, batches, optimizer, device):
    criterion = nn.CrossEntropyLoss()
    # In training mode each BatchNorm layer updates its running statistics in the forward pass, frozen or not.
    model.train()
    for inputs, labels in batches:
        inputs, labels = inputs.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()

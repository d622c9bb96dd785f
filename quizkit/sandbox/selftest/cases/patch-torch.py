# trick: breaks torch for whoever comes next
# outcome: returned
# layer: process
import torch

torch.nn.Linear.forward = lambda self, x: x
torch.randn = None

# trick: asks torch for far too much
# outcome: out-of-memory
# layer: rlimits
import torch

x = torch.zeros(10**10)

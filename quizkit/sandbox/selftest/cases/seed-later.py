# trick: reseeds torch for whoever comes next
# outcome: returned
# layer: process
import torch

torch.manual_seed(123)
torch.set_default_dtype(torch.float64)

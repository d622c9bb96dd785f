# trick: leaves a mode on that answers for the operators of torch
# outcome: returned
# layer: harness
import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Liar(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        return torch.ones(1, dtype=torch.bool)


x = torch.tensor(False)
Liar().__enter__()

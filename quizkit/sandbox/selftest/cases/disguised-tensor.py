# trick: passes a tensor of its own class off as torch's
# outcome: returned
# layer: harness
import torch


class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        return True


Liar.__name__ = Liar.__qualname__ = "Tensor"
Liar.__module__ = "torch"
x = torch.tensor(True).as_subclass(Liar)

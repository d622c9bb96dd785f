# trick: subclasses a tensor and lies about its shape
# outcome: returned
# layer: harness
import torch


class Liar(torch.Tensor):
    @property
    def shape(self):
        return (2, 10)


x = torch.zeros(3).as_subclass(Liar)

"""The bits of a tensor: what "unchanged" means, for the inspection functions and for the audit of a run."""

import torch


def bits(tensor: torch.Tensor) -> torch.Tensor:
    """Return a copy of the tensor's bytes, flat: equal exactly if every bit is, NaN and -0.0 included."""
    return tensor.detach().clone().contiguous().view(-1).view(torch.uint8)

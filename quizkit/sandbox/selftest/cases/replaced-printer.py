# trick: leaves when a tensor or an array is printed
# outcome: returned
# layer: harness
import os

import numpy as np
import torch


def leave(*_, **__):
    os._exit(0)


torch._tensor_str._str = torch._tensor_str._str_intern = leave
np.set_printoptions(formatter={"all": leave})
x = [torch.tensor(False), np.ones(3)]

"""What the tests of the training child need before torchvision is imported, and how many threads they take."""

import torch

from quizkit.observe.torchvision_shim import prepare_torchvision

prepare_torchvision()
# Networks here are small and tests run side by side: threads would wait for each other most of the time.
torch.set_num_threads(1)

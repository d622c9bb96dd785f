"""What the tests of the training child need before torchvision is imported."""

from quizkit.observe.torchvision_shim import prepare_torchvision

prepare_torchvision()
